"""Passwords: which ones are refused, and how they are kept (argon2id; NIST SP 800-63B, OWASP ASVS 5.0, V 6.2)."""

import re
import secrets
import threading
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST = 128  # code points
FEWEST_DIFFERENT = 5  # signs
OWN_WORDS = ("visits", "events", "unitednations", "geneva", "nairobi", "newyork", "vienna", "guide", "tour", "booking")
"""Words that anybody would try here first."""

_LEFT_BESIDE_OWN_WORDS = 8  # signs
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = threading.BoundedSemaphore(4)  # each takes 19 MiB and 30 ms of a processor
_COMMON = Path(__file__).parent / "common_passwords.txt"
_DISGUISES = str.maketrans("@4031!5$7", "aaoeiisst")


def hashed(password: str) -> str:
    """The argon2id hash of a password, with its salt and costs."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def is_password(password: str, kept: str) -> bool:
    """Whether the password is the one of that hash; False for an empty hash too."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with other costs than today's: it is made again when its owner signs in."""
    return _HASHER.check_needs_rehash(kept)


@cache
def of_nobody() -> str:
    """A hash that no password has: to compare with where an address is nobody's, so that it takes as long."""
    return hashed(secrets.token_urlsafe(32))


def is_guessable(password: str) -> bool:
    """Whether it is common, made of few signs, repeats itself, counts up, or says little beside our own words."""
    plain = re.sub(r"\s", "", password.casefold())
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    letters = re.sub(r"[\W\d_]", "", core.translate(_DISGUISES))
    return (
        len(set(plain)) < FEWEST_DIFFERENT
        or plain in _common()
        or letters in _common()
        or _is_repeated(plain)
        or _is_a_run(plain)
        or len(_without_own_words(plain)) < _LEFT_BESIDE_OWN_WORDS
    )


@cache
def _common() -> frozenset[str]:
    return frozenset(_COMMON.read_text(encoding="utf-8").split())


def _is_repeated(text: str) -> bool:
    """Whether it is a shorter text written several times, "abcdabcdabcd"."""
    return text in (text + text)[1:-1]


def _is_a_run(text: str) -> bool:
    """Whether it walks along the alphabet, the digits or a row of keys, in either direction."""
    rows = (
        "abcdefghijklmnopqrstuvwxyz" * 2,
        "1234567890" * 3,
        "qwertyuiopasdfghjklzxcvbnm",
        "1qaz2wsx3edc4rfv5tgb6yhn",
    )
    return any(text in row or text[::-1] in row for row in rows)


def _without_own_words(text: str) -> str:
    if not any(word in text for word in OWN_WORDS):
        return text
    return re.sub(rf"{'|'.join(OWN_WORDS)}|\d|\W|_", "", text)
