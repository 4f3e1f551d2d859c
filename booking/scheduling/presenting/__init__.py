"""Makes what the pages of a guide's availability show."""
