"""What the desk is compared with: programs of our own making that do the plain thing."""
