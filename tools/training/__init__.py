"""Trains the embedded sentiment engine: `python -m tools.training`. Needs numpy; the program does not."""
