"""Starting warm: a process of the user's own that has everything imported, and forks into a desk when asked.

`client` is what `webcare --warm` runs and imports next to nothing; `parent` waits; `desk` is a fork of it
that has taken over the caller's terminal, environment and place.
"""
