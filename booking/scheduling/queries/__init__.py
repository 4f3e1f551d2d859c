"""Reads of the schedule, set-wise: as many statements for one host and day as for all of them."""
