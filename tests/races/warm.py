"""What the processes of a race find done already: read in the one process from which they are forked."""

import gc
import tempfile
from pathlib import Path

from sqlalchemy.orm import configure_mappers

from booking.app import create_app
from tests.conftest import settings_for

with tempfile.TemporaryDirectory(prefix="booking-warm-") as folder:
    # The first application of a process reads locales, compiles patterns and finds its templates: once is enough.
    create_app(settings_for("sqlite://", Path(folder)))
configure_mappers()
gc.collect()
gc.freeze()  # what is read by all stays shared with the processes forked from here
