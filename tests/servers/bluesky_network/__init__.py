"""A real Bluesky network on this machine, for the tests that need one."""
