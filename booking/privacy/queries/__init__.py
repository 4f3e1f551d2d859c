"""Reads about what is kept of people."""
