"""Dumb widgets: read models in, typed messages out."""
