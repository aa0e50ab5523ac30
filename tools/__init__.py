"""Tools for the people who make webcare; not part of the wheel."""
