"""Messages to other programs about what changes here (Standard Webhooks)."""
