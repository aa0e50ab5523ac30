"""The webcare program: command line, composition root, version."""
