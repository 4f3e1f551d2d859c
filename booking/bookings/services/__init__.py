"""Use cases of the bookings domain, one file each: the only places that open a transaction."""
