"""Words of closures that are stored, or that a refusal names."""

from enum import StrEnum


class Choice(StrEnum):
    """What becomes of an event that a closure stops."""

    CONVERT = "convert"  # online, at the same time
    MOVE = "move"  # on site, after the closure
    CANCEL = "cancel"


class Obstacle(StrEnum):
    """Why an event cannot go on in one way."""

    NO_OFFERING = "no-offering"  # the station gives nothing like it online
    NO_GUIDE = "no-guide"  # nobody is free
    NO_END = "no-end"  # the closure has none, so there is no day after it
    NO_TIME = "no-time"  # no day in the weeks after it
    NO_GROUP = "no-group"  # nobody has booked


class Hurdle(StrEnum):
    """Why a closure cannot be declared or changed."""

    ORDER = "order"  # it ends before it begins
    PAST = "past"  # it begins before today
    ANNOUNCED_LATE = "announced-late"  # after its first day
    NOTHING_STOPPED = "nothing-stopped"  # no format, no limit, nobody kept out
    OVERLAP = "overlap"  # the premises are closed then already
    PHASES = "phases"  # two phases share a day, or are of two stations
    NO_ANSWER_BY = "no-answer-by"  # groups are proposed something without a date
    ANSWER_BY_PAST = "answer-by-past"
    UNKNOWN = "unknown"  # no such closure or operation
    LIFTED = "lifted"  # lifted already
    OVER = "over"  # its last day is past
    NOT_LATER = "not-later"  # an extension must end later
    NOT_EARLIER = "not-earlier"  # a shortening must end earlier, today at the earliest
    ANSWERED = "answered"  # a group has answered: no undo
    CHANGED = "changed"  # what would be restored is not as it was left
    UNDONE = "undone"  # undone or called off already


class OperationState(StrEnum):
    """Where an operation is."""

    PREPARED = "prepared"  # carried out on its day
    DONE = "done"
    UNDONE = "undone"
    DROPPED = "dropped"  # called off before its day


class Stuck(StrEnum):
    """Why an operation that was prepared cannot be carried out on its day."""

    CLOSED = "closed"  # another closure covers the days
    PAST = "past"  # its first day is over
    ANSWER_BY = "answer-by"  # the time to answer is over, or was not needed when it was prepared
    CHOICE = "choice"  # an event cannot go on as it was chosen, or a courtesy visit came since
    CHANGED = "changed"  # the closure that it would extend is gone, or others are quicker each time
    TAKEN = "taken"  # a guide or a room is in use


class StepState(StrEnum):
    """What came of one step of an operation."""

    DONE = "done"  # nothing is to be answered
    PENDING = "pending"  # the group has not answered
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    UNDONE = "undone"


class Hindered(StrEnum):
    """What keeps one part of an operation from being undone."""

    ANSWERED = "answered"  # the group has accepted
    REFUSED = "refused"  # the group has declined
    EXPIRED = "expired"  # its time to answer is over
    CHANGED = "changed"  # somebody changed the booking, event or closure
    BOOKED = "booked"  # somebody else has booked the event made for a group, or the place that was free
    GUIDE = "guide"  # the guide is in another event
    BEGUN = "begun"  # the visit would have begun
    CLOSED = "closed"  # another closure stops it
