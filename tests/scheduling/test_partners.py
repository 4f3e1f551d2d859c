"""Joint events: stations are asked, answer and withdraw, and every desk is told."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from booking.accounts.models import AuditEntry
from booking.catalogue.terms import Format
from booking.db import db, transaction
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.scheduling.models import Event, EventPartner
from booking.scheduling.queries.partners import to_answer
from booking.scheduling.services import in_step, partners
from booking.scheduling.services.partners import answer, take_back, withdraw
from booking.scheduling.terms import Apart, EventStatus, NotJoint, PartnerOvertaken, PartnerState, UnknownEvent
from tests.builders import NOW
from tests.scheduling.joint import BOSS, STARTS, Joint, make_joint, told

pytestmark = pytest.mark.usefixtures("app")


def sent() -> None:
    """Everything queued so far has been read."""
    db.session.execute(update(Notice).values(state=NoticeState.SENT, attempts=1, sent_at=NOW))
    db.session.commit()


def change(joint: Joint, **values: object) -> None:
    """The event is different, and everybody is told."""
    with transaction() as session:
        session.execute(update(Event).where(Event.id == joint.event.id).values(**values))
        in_step.keep_in_step(session, [joint.event.id], NOW, actor=BOSS)


def waiting(*codes: str) -> list[str]:
    """The stations whose answer is waited for, as the desks of these stations see it."""
    return [one.partner.station for one in to_answer(db.session(), codes or None, NOW)]


def test_a_station_that_is_asked_sees_it_and_is_written_to() -> None:
    joint = make_joint()
    joint.ask("NBO", "VIE", question="Will you speak?")
    assert [joint.partner(code).state for code in ("NBO", "VIE")] == [PartnerState.ASKED] * 2
    assert waiting("NBO") == ["NBO"]
    assert waiting("NYC") == []
    assert sorted(waiting()) == ["NBO", "VIE"]
    assert told() == sorted(("partner_asked", joint.desk[code].email) for code in ("NBO", "VIE"))


def test_the_mail_is_in_the_readers_language_and_on_the_readers_clock() -> None:
    joint = make_joint()
    reader = joint.desk["NBO"]
    reader.locale = "fr"
    db.session.commit()
    joint.ask(question="Will you speak?")
    mail = db.session.scalars(select(Notice).where(Notice.kind == "partner_asked")).one()
    assert mail.locale == "fr"
    assert (mail.payload["group_zone"], mail.payload["station_zone"]) == ("Africa/Nairobi", "America/New_York")
    assert mail.payload["text"] == "Will you speak?"


@pytest.mark.parametrize(("agrees", "state"), [(True, PartnerState.AGREED), (False, PartnerState.DECLINED)])
def test_an_answer_reaches_the_desk_that_asked(agrees: bool, state: PartnerState) -> None:  # noqa: FBT001
    joint = make_joint()
    joint.ask()
    answer(joint.deed(), agrees=agrees, note="From 17:00 on")
    found = joint.partner()
    assert (found.state, found.answer, found.answered_at) == (state, "From 17:00 on", NOW)
    assert ("partner_answered", joint.desk["NYC"].email) in told()
    assert waiting() == []


def test_whoever_answered_is_not_written_to_about_it() -> None:
    joint = make_joint()
    joint.ask()
    answer(joint.deed(actor=f"account:{joint.desk['NYC'].id}"), agrees=True, note="")
    assert "partner_answered" not in dict(told())


def test_of_two_answers_one_is_given() -> None:
    joint = make_joint()
    joint.ask()
    seen = joint.partner().version
    answer(joint.deed(seen=seen), agrees=True, note="")
    with pytest.raises(PartnerOvertaken):
        answer(joint.deed(seen=seen), agrees=False, note="")
    assert joint.partner().state is PartnerState.AGREED


def test_of_two_desks_that_ask_the_same_station_one_asks() -> None:
    joint = make_joint()
    joint.ask("NBO")
    with pytest.raises(PartnerOvertaken):
        joint.ask("VIE", "NBO")
    assert waiting() == ["NBO"]


def test_either_side_withdraws_and_the_other_is_told() -> None:
    joint = make_joint()
    joint.agree("NBO")
    joint.agree("VIE")
    sent()
    withdraw(joint.deed("NBO"), "Our speaker is ill.")
    take_back(joint.deed("VIE"), "The panel is full.")
    assert joint.partner("NBO").state is PartnerState.WITHDRAWN
    assert (joint.partner("VIE").state, joint.partner("VIE").answer) == (PartnerState.TAKEN_BACK, "The panel is full.")
    assert ("partner_ended", joint.desk["VIE"].email) in told()
    assert told().count(("partner_answered", joint.desk["NYC"].email)) == 3


def test_a_question_that_nobody_has_read_is_taken_back_unsent() -> None:
    joint = make_joint()
    joint.ask()
    take_back(joint.deed(), "")
    assert db.session.scalars(select(Notice.state).where(Notice.kind == "partner_asked")).all() == [
        NoticeState.WITHDRAWN
    ]
    assert "partner_ended" not in dict(told())


def test_a_station_that_declined_may_be_asked_again() -> None:
    joint = make_joint()
    joint.ask()
    answer(joint.deed(), agrees=False, note="Not then")
    joint.ask(question="And now?")
    found = joint.partner()
    assert (found.state, found.question, found.answer, found.answered_at) == (PartnerState.ASKED, "And now?", "", None)
    assert found.version == 3


@pytest.mark.parametrize(
    ("values", "stations", "why"),
    [
        ({"format": Format.IN_PERSON}, ("NBO",), Apart.ON_SITE),
        ({"format": Format.OFF_SITE}, ("NBO",), Apart.ON_SITE),
        ({}, ("NYC",), Apart.OWN),
        ({}, ("NBO", "XXX"), Apart.UNKNOWN),
        ({"status": EventStatus.CANCELLED}, ("NBO",), Apart.OVER),
    ],
)
def test_what_cannot_be_joint_is_refused_and_nobody_is_asked(
    values: dict[str, object], stations: tuple[str, ...], why: Apart
) -> None:
    joint = make_joint(**values)
    with pytest.raises(NotJoint) as refused:
        joint.ask(*stations)
    assert refused.value.why is why
    assert (waiting(), told()) == ([], [])


def test_an_event_that_has_begun_asks_and_answers_nothing_more() -> None:
    joint = make_joint()
    joint.ask("NBO")
    deed = joint.deed("NBO", now=STARTS)
    with pytest.raises(NotJoint) as refused:
        answer(deed, agrees=True, note="")
    assert refused.value.why is Apart.OVER
    with pytest.raises(NotJoint):
        partners.ask_partners(joint.event.code, ["VIE"], "", now=STARTS, actor=BOSS)
    assert to_answer(db.session(), None, STARTS) == []


def test_who_was_never_asked_answers_nothing() -> None:
    joint = make_joint()
    joint.ask("VIE")
    for deed in (answer, withdraw):
        with pytest.raises(NotJoint) as refused:
            deed(joint.deed("NBO"), **({"agrees": True, "note": ""} if deed is answer else {"reason": ""}))
        assert refused.value.why is Apart.NOT_ASKED
    with pytest.raises(UnknownEvent):
        partners.ask_partners("XXX", ["NBO"], "", now=NOW, actor=BOSS)


def test_partners_are_told_once_of_each_change_of_the_event() -> None:
    joint = make_joint()
    joint.agree("NBO")
    joint.ask("VIE")
    sent()
    later = joint.event.starts_at + timedelta(hours=1)
    for _ in range(2):
        change(joint, starts_at=later, ends_at=later + timedelta(minutes=45))
    assert told().count(("partner_event", joint.desk["NBO"].email)) == 1
    assert told().count(("partner_event", joint.desk["VIE"].email)) == 1
    for _ in range(2):
        change(joint, status=EventStatus.CANCELLED)
    change(joint, status=EventStatus.OPEN)
    states = db.session.scalars(
        select(Notice).where(Notice.kind == "partner_event", Notice.recipient == joint.desk["NBO"].email)
    )
    assert [one.payload["state"] for one in sorted(states, key=lambda one: one.id)] == [
        "moved",
        "cancelled",
        "restored",
    ]


def test_who_has_declined_hears_no_more_of_it() -> None:
    joint = make_joint()
    joint.ask()
    answer(joint.deed(), agrees=False, note="")
    change(joint, status=EventStatus.CANCELLED)
    assert "partner_event" not in dict(told())


@pytest.mark.parametrize("move", ["partner", "station", "event"])
def test_the_database_itself_keeps_the_leader_out_of_its_own_partners(move: str) -> None:
    joint = make_joint()
    joint.ask("NBO")
    taken = select(EventPartner.asked_at).scalar_subquery()
    told = {"state": "asked", "asked_by": BOSS, "asked_at": taken, "told_starts_at": STARTS}
    statements = {
        "partner": insert(EventPartner).values(event_id=joint.event.id, station_id=joint.leader.id, **told),
        "station": update(EventPartner).values(station_id=joint.leader.id),
        "event": update(Event).values(station_id=joint.nairobi.id),
    }
    with pytest.raises(IntegrityError, match="ck_event_partner_is_another_station"), db.session.begin_nested():
        db.session.execute(statements[move])
    db.session.execute(update(EventPartner).values(station_id=joint.vienna.id))


def test_every_change_leaves_its_line_in_the_trail() -> None:
    joint = make_joint()
    joint.agree()
    withdraw(joint.deed(), "")
    joint.agree()
    take_back(joint.deed(), "")
    lines = db.session.execute(
        select(AuditEntry.action, AuditEntry.subject, AuditEntry.station_code).order_by(AuditEntry.id)
    )
    done = ("ask", "agree", "withdraw", "ask", "agree", "end")
    assert [tuple(line) for line in lines if line.action.startswith("partner.")] == [
        (f"partner.{name}", f"event:{joint.event.code}", "NBO") for name in done
    ]
