"""Makes what a guide's pages show out of what was read."""
