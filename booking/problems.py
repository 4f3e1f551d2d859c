"""What went wrong, told: application/problem+json (RFC 9457) under /api/, a page elsewhere."""

from werkzeug.exceptions import HTTPException


class TooManyAttempts(Exception):
    """A limit was reached: answered with 429, and Retry-After in seconds."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("too many attempts")
        self.retry_after_s = retry_after_s


__all__ = ["HTTPException", "TooManyAttempts"]
