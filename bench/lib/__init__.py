"""What the suites stand on: a terminal, a screen, processes, noise, figures and data."""
