"""The receiver of webhooks: what platforms send by themselves is kept before it is answered."""
