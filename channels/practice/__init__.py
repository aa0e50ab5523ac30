"""The practice channel: an honest simulator of a day of mentions."""
