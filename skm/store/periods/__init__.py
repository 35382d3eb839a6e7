"""Closed periods, publications, follow-ups."""
