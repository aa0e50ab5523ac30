"""Tests against the real libraries of language models; `make test-models` installs them and runs these."""
