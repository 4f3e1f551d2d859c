"""What stands on an event's page at the desk beside its facts and its change."""

from dataclasses import replace

from booking import clock
from booking.accounts.queries import names_of_actors, trail_of
from booking.bookings.event_desk_forms import PlaceForm, RestoreForm
from booking.bookings.event_desk_pages import EventDesk
from booking.bookings.joint_pages import JointPanel
from booking.bookings.presenting.event_desk import event_desk
from booking.bookings.services.event_place import place_of
from booking.bookings.services.write_groups import written_to
from booking.bookings.views.event_joint import the_panel
from booking.db import db
from booking.scheduling.queries.desk import DeskEvent
from booking.scheduling.terms import EventStatus


def beside(
    found: DeskEvent, *, place: PlaceForm | None = None, joint: JointPanel | None = None, opened: str = ""
) -> EventDesk:
    """What stands on the page of the event beside its facts; at most ten statements."""
    session, now = db.session(), clock.now()
    written = written_to(session, found.id)
    page = event_desk(
        found,
        trail_of(session, f"event:{found.code}"),
        written,
        names_of_actors(session, {one.actor for one in written}),
    )
    if found.is_to_come(now):
        page = replace(page, place_form=place or PlaceForm.of(place_of(session, found.code)))
    if found.status is EventStatus.CANCELLED and found.starts_at > now:
        page = replace(page, restore_form=RestoreForm(data={"version": str(found.version)}))
    return replace(page, opened=opened, joint=joint or the_panel(found))
