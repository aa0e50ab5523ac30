"""One module per group of commands; each command is thin and calls the desk."""
