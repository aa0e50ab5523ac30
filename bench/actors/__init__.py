"""Processes that act beside the one that is measured, each on the real layers.

Run as `python -m bench.actors.NAME JSON`; they read one JSON object a line and answer each with one.
"""
