"""Engines that read a mention: sentiment, kind, urgency, language."""
