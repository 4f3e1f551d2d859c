"""What the facts say."""
