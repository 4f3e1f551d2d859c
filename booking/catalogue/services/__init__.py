"""Changes of the catalogue: stations, their languages and rules, and what they offer."""
