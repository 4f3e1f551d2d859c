"""Calendars that somebody else wrote: read within bounds, for nothing but the time that they keep busy."""
