"""Texts in files that spreadsheets open: none is taken for a formula, and each comes back as it was.

An apostrophe before a text keeps a spreadsheet from running it. A text that has apostrophes before such a beginning
already gets one more, so that whoever reads the file takes away exactly what was put there.
"""

import re

_RUNNABLE = "=+@\t\r\uff1d\uff0b\uff0d\uff20-"
"""With what a formula may begin, in full width too."""
_TOLD_APART = re.compile(f"'*[{_RUNNABLE}]")
_GUARDED = re.compile(f"'+[{_RUNNABLE}]")
BEGINNINGS = (*_RUNNABLE, "'")
"""What a text that needs a look begins with: cheaper to ask for than the whole rule."""


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet could run it."""
    return f"'{text}" if _TOLD_APART.match(text) else text


def unguarded(text: str) -> str:
    """The text without the apostrophe that `guarded` put before it."""
    return text[1:] if _GUARDED.match(text) else text
