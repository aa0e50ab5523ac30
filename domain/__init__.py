"""The pure rules of the craft: no I/O and no clock of its own."""
