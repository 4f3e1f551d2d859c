"""The pages of the catalogue: what the public reads, and what a desk edits."""

from booking.catalogue.views import (
    desk_offerings,
    desk_pictures,
    desk_texts,
    files,
    interest,
    languages,
    library,
    offerings,
    stations,
    values,
    vocabularies,
)
from booking.catalogue.views.blueprint import blueprint, desk_blueprint, library_blueprint

__all__ = [
    "blueprint",
    "desk_blueprint",
    "desk_offerings",
    "desk_pictures",
    "desk_texts",
    "files",
    "interest",
    "languages",
    "library",
    "library_blueprint",
    "offerings",
    "stations",
    "values",
    "vocabularies",
]
