"""What an operator or the system does: use cases without a face."""
