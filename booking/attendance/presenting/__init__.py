"""What the pages of attendance show, made from what is known."""
