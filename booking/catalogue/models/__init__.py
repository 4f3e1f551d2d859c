"""The tables of the catalogue."""

from booking.catalogue.models.catalogue import (
    Offering,
    OfferingLanguage,
    Station,
    StationLanguage,
    Venue,
    VocabularyTerm,
)
from booking.catalogue.models.interest import Interest
from booking.catalogue.models.material import Material, MaterialOffering, Picture, StoredFile

__all__ = [
    "Interest",
    "Material",
    "MaterialOffering",
    "Offering",
    "OfferingLanguage",
    "Picture",
    "Station",
    "StationLanguage",
    "StoredFile",
    "Venue",
    "VocabularyTerm",
]
