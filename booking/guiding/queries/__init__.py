"""Reads of a guide's working day, each in a fixed number of statements."""
