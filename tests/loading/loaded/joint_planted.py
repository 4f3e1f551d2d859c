"""Breaches of what must be true of joint events, to be planted into the loaded history."""

NYC_1 = "WHERE event_id = (SELECT id FROM event WHERE code = 'NYC-0001')"
_PARTNER = (
    "INSERT INTO event_partner (id, event_id, station_id, state, asked_by, asked_at, answered_at, told_starts_at) "
    "SELECT 7, id, {station}, 'agreed', 'command', starts_at, starts_at, starts_at FROM event WHERE code = '{event}'"
)
NO_PARTNER_GUARD = (
    "DROP TRIGGER event_partner_is_another_station_insert",
    "DROP TRIGGER event_partner_is_another_station_insert ON event_partner",
)
JOINT: dict[str, tuple[tuple[str, str] | None, list[str], str]] = {
    "joint event is online": (
        None,
        [_PARTNER.format(station="(SELECT id FROM station WHERE code = 'NBO')", event="GVA-0002")],
        "NBO takes part in GVA-0002, which is not online",
    ),
    "partner is another station": (
        NO_PARTNER_GUARD,
        [_PARTNER.format(station="station_id", event="NYC-0001")],
        "NYC takes part in its own NYC-0001",
    ),
    "co-host is of a partner": (
        None,
        [f"UPDATE assignment SET is_co_host = :yes {NYC_1}"],
        "comes along to NYC-0001 for no partner",
    ),
}
"""By the name of the invariant: what holds the breach back (on SQLite, on PostgreSQL), the statements, the line."""
