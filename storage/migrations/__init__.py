"""The schema, one SQL file per version."""
