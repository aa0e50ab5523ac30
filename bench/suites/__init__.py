"""One module per suite; each has `run(bench)` and returns figures."""
