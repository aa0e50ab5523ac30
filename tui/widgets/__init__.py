"""Widgets that are handed state and answer with typed messages."""
