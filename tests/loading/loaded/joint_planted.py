"""Breaches of what must be true of joint events, to be planted into the loaded history."""

NYC_1 = "WHERE event_id = (SELECT id FROM event WHERE code = 'NYC-0001')"
_PARTNER = (
    "INSERT INTO event_partner (id, event_id, station_id, state, asked_by, asked_at, answered_at, told_starts_at) "
    "SELECT 7, id, {station}, 'agreed', 'command', starts_at, starts_at, starts_at FROM event WHERE code = '{event}'"
)
JOINT: dict[str, tuple[None, list[str], str]] = {
    "joint event is online": (
        None,
        [_PARTNER.format(station="(SELECT id FROM station WHERE code = 'NBO')", event="GVA-0002")],
        "NBO takes part in GVA-0002, which is not online",
    ),
    "partner is another station": (
        None,
        [_PARTNER.format(station="station_id", event="NYC-0001")],
        "NYC takes part in its own NYC-0001",
    ),
    "co-host is of a partner": (
        None,
        [f"UPDATE assignment SET is_co_host = :yes {NYC_1}"],
        "comes along to NYC-0001 for no partner",
    ),
}
"""By the name of the invariant: nothing holds it back, the statements, the line."""
