"""Changes of the schedule: who gives what, and when."""
