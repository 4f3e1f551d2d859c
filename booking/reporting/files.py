"""Where a command writes its file."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, cast

import click

OUTPUT = click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path)
STANDARD_OUTPUT = Path("-")


@contextmanager
def target(output: Path) -> Iterator[BinaryIO]:
    """Where the file goes: it gets its name when it is whole, so that nobody finds half of one.

    A pipe or a device (/dev/stdout) is written into, and a link to a file stays a link.
    """
    if output == STANDARD_OUTPUT:
        yield cast("BinaryIO", sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    output = output.resolve()
    if output.exists() and not output.is_file():
        with output.open("wb") as opened:
            yield opened
        return
    try:
        part = NamedTemporaryFile(dir=output.parent, prefix=f".{output.name}.", delete=False)  # noqa: SIM115  closed below
    except OSError as error:
        raise click.BadParameter(f"{output}: {error.strerror}", param_hint="--output") from error
    try:
        with part:
            yield cast("BinaryIO", part)
        Path(part.name).replace(output)
    except BaseException:
        with suppress(OSError):
            Path(part.name).unlink()
        raise
