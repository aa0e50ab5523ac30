"""The full-screen interface; the only package that knows Textual."""
