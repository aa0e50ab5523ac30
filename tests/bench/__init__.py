"""Tests of the benchmark's own arithmetic and plumbing."""
