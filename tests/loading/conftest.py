"""The files of 2020, as they are and with one thing changed."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the files that a test may spoil."""
    return Path(copytree(DATA, tmp_path / "data"))


@pytest.fixture
def spoil(folder: Path) -> Callable[[str, str, str], None]:
    """Put one text in the place of another in a file of the copy."""

    def replace(file: str, old: str, new: str) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")

    return replace
