"""The pages of the catalogue: what the public reads, and what a desk edits."""

from booking.catalogue.views import languages, offerings, stations, values, vocabularies
from booking.catalogue.views.blueprint import blueprint, desk_blueprint

__all__ = ["blueprint", "desk_blueprint", "languages", "offerings", "stations", "values", "vocabularies"]
