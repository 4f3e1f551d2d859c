"""Tables of webhooks: who is told of what, changes that nobody has been told of yet, and a row for each message."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import STRICT, Base, enum_by_value
from booking.webhooks.terms import DeliveryState, Off, Thing


class WebhookEndpoint(Base):
    """An address of another program, and what it is told. Its secret is derived, not kept."""

    __tablename__ = "webhook_endpoint"
    __table_args__ = (STRICT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True, comment="random; the secret is derived from it")
    url: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    stations: Mapped[list[str]] = mapped_column(comment="codes; none: every station")
    types: Mapped[list[str]]
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"), comment="is told when it is switched off")
    made_at: Mapped[datetime]
    generation: Mapped[int] = mapped_column(default=1, comment="of the secret")
    old_secret_until: Mapped[datetime | None] = mapped_column(comment="so long the secret before signs too")
    off: Mapped[Off] = mapped_column(enum_by_value(Off), default=Off.NOT, comment="why nothing is sent; empty: it is")
    failing_since: Mapped[datetime | None] = mapped_column(comment="nothing has arrived since")
    failures: Mapped[int] = mapped_column(default=0, comment="in a row")
    paused_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, comment="ETag")


class UntoldChange(Base):
    """A change that no message has been made of yet: written by triggers, in the transaction of the change."""

    __tablename__ = "untold_change"
    __table_args__ = (STRICT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    thing: Mapped[Thing] = mapped_column(enum_by_value(Thing))
    row_id: Mapped[int] = mapped_column(default=0, server_default="0", comment="of a booking or event")
    name: Mapped[str] = mapped_column(default="", server_default="", comment="code of a closure or event")
    station: Mapped[str] = mapped_column(default="", server_default="")
    was: Mapped[str] = mapped_column(default="", server_default="", comment="status before, or what was done")
    became: Mapped[str] = mapped_column(default="", server_default="")
    moved: Mapped[bool] = mapped_column(default=False, server_default=false())
    at: Mapped[datetime]


class WebhookDelivery(Base):
    """One message to one endpoint. The body is kept: a second try sends the same, under the same id."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("ix_webhook_delivery_claim", "state", "next_try_at"),
        Index("ix_webhook_delivery_endpoint_id", "endpoint_id"),
        CheckConstraint("(state = 'delivered') = (delivered_at IS NOT NULL)", name="delivered_has_its_instant"),
        CheckConstraint("(state = 'sending') = (claimed_by IS NOT NULL)", name="sending_has_its_worker"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[str] = mapped_column(unique=True, comment="the header webhook-id")
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("webhook_endpoint.id"))
    type: Mapped[str]
    subject: Mapped[str] = mapped_column(comment="what it is about, such as booking:VE-...")
    body: Mapped[str] = mapped_column(comment="JSON as it is signed and sent")
    made_at: Mapped[datetime]
    state: Mapped[DeliveryState] = mapped_column(enum_by_value(DeliveryState), default=DeliveryState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(comment="free to claim from: due, end of a wait or of a lease")
    claimed_by: Mapped[str | None]
    status: Mapped[int | None] = mapped_column(comment="of the last answer")
    error: Mapped[str] = mapped_column(default="", comment="why there was none the last time")
    took_ms: Mapped[int | None]
    delivered_at: Mapped[datetime | None]
