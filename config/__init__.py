"""YAML to frozen settings; defaults, templates, secrets, calendars."""
