"""A second reader of invitations: khal, a calendar program, run as a command of its own."""

import os
import subprocess
import sys
from pathlib import Path

CONFIG = """\
[calendars]
[[mine]]
path = {folder}/calendar
type = calendar
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""
FORMAT = "{start-long}|{end-long}|{status}|{title}|{uid}"


def as_khal_reads_it(invitation: bytes, folder: Path, zone: str) -> list[str]:
    """Start and end on the zone's clocks, status, title and UID, as the program prints them."""
    home = folder / "khal"
    (home / "calendar").mkdir(parents=True, exist_ok=True)
    (home / "config").write_text(CONFIG.format(folder=home, zone=zone))
    (home / "invitation.ics").write_bytes(invitation)
    places = {f"XDG_{name}_HOME": str(home) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    command = ["-c", str(home / "config"), "printics", "--format", FORMAT, str(home / "invitation.ics")]
    done = subprocess.run(
        [str(Path(sys.executable).with_name("khal")), *command],
        env={**os.environ, **places, "HOME": str(home), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    return next(line for line in done.stdout.splitlines() if "|" in line).split("|")
