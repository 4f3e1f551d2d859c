"""Backups: a consistent copy while the site runs, and the way back."""
