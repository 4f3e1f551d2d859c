"""Forms of the desk that keeps the catalogue."""
