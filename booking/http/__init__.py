"""What every request and every answer goes through: limits, strict bodies, headers, request ids, health."""
