"""What is written down of an event after it."""
