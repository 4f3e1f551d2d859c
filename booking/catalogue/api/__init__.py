"""The catalogue as JSON: what the public reads, and what a desk edits."""

from booking.catalogue.api import desk, public, stations
from booking.catalogue.api.public import unknown_station

blueprints = (public.blueprint, desk.blueprint, stations.blueprint)

__all__ = ["blueprints", "unknown_station"]
