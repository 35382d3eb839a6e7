"""Backup, purge, move, recompute, import and export."""
