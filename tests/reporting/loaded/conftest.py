"""The tests of this folder find the files of 2020 in the database, as those of `booking load` do."""

from tests.loading.loaded.conftest import shared_app

__all__ = ["shared_app"]
