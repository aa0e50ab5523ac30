"""One task per screen."""
