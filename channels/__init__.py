"""One file per platform behind one protocol."""
