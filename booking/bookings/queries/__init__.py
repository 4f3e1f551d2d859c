"""Reads of the bookings domain: the snapshot that a decision rests on, search, and what pages show."""
