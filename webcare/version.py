"""The version of webcare."""

__version__ = "0.1.0"
