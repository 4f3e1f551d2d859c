"""When two spellings of a name are one name: an organisation and its group label are compared by this key."""

import unicodedata

_ONE_I = str.maketrans({"\u0131": "i"})
"""Turkish writes i and I with and without a dot; all four are one letter here."""


def _folded(text: str) -> str:
    """Case-folded and composed; what is left of a dotted capital İ is a plain i."""
    return unicodedata.normalize("NFKC", text.casefold().replace("i\u0307", "i").translate(_ONE_I))


def name_key(text: str) -> str:
    """The name as it is compared: NFKC, case-folded (ß is ss, Turkish i is i), unseen signs gone, spaces collapsed."""
    seen = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    return " ".join(_folded(_folded(seen)).split())
