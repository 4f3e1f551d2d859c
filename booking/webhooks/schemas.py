"""The shapes of webhooks in the JSON API."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, StrictBool

from booking.http.api import Problem
from booking.http.inputs import Code, OptionalLine, Schema, digits
from booking.text import clean_web_address
from booking.webhooks.terms import TYPES, DeliveryState

LONGEST_URL = 2_000
MOST_STATIONS = 100
MOST_ID = 2**31 - 1
Kind = Literal[TYPES]  # type: ignore[valid-type]  # the tuple's own values
Url = Annotated[str, AfterValidator(clean_web_address), Field(json_schema_extra={"format": "uri"})]


class WebhookIn(Schema):
    """Where messages go, and which."""

    url: Url = Field(description="https, on the internet, at port 443.")
    description: OptionalLine = ""
    stations: tuple[Code, ...] = Field(
        (), max_length=MOST_STATIONS, description="Codes; none means every station, for staff of all stations only."
    )
    types: tuple[Kind, ...] = Field(min_length=1, max_length=len(TYPES))


class WebhookChangeIn(Schema):
    """What is to be different; what is left out stays."""

    model_config: ClassVar = {"json_schema_extra": {"minProperties": 1}}

    url: Url | None = None
    description: OptionalLine | None = None
    stations: tuple[Code, ...] | None = Field(None, max_length=MOST_STATIONS)
    types: tuple[Kind, ...] | None = Field(None, min_length=1, max_length=len(TYPES))
    on: StrictBool | None = Field(None, description="False: send nothing more; what waits stays.")


class WebhookOut(Schema):
    """An address that is told of changes."""

    webhook: str
    url: str
    description: str
    stations: list[str]
    types: list[str]
    made_at: str
    on: bool
    off_reason: Literal["", "by_hand", "gone", "failing"]
    failing_since: str | None = Field(description="Nothing has arrived since; null: the last message did.")
    old_secret_until: str | None = Field(description="So long the secret before signs too.")
    queued: int = Field(description="Messages that wait.")
    failed: int = Field(description="Messages that were given up.")


class WebhookMadeOut(WebhookOut):
    """A new one, with its secret: it is not told again."""

    secret: str


class WebhooksOut(Schema):
    """Those for your stations, oldest first."""

    webhooks: list[WebhookOut]


class SecretOut(Schema):
    """A new secret: it is not told again."""

    secret: str
    old_secret_until: str


class MessageSentOut(Schema):
    """A message that was queued."""

    message: str = Field(description="Its `webhook-id`.")


class MessageOut(MessageSentOut):
    """A message and what became of it."""

    type: str
    subject: str
    made_at: str
    state: DeliveryState
    attempts: int
    next_try_at: str | None
    status: int | None = Field(description="Of the last answer; null: there was none.")
    error: str = Field(description="Why there was none.")
    delivered_at: str | None


class MessagesOut(Schema):
    """Messages to one address, newest first."""

    messages: list[MessageOut]
    next: str | None = Field(description="The `cursor` of the next page.")


class MessagesQuery(Schema):
    """Which page."""

    cursor: Annotated[int, digits(1, MOST_ID)] | None = Field(None, description="`next` of the page before.")


class WebhookMatchHeader(Schema):
    """Which version of the webhook is meant."""

    version: str | None = Field(
        None, alias="If-Match", description="The ETag of the webhook as it was read; 409 where it has changed since."
    )


class WebhookProblem(Problem):
    """409: what it is now, and what was asked for."""

    current: WebhookOut | None = None
    asked: dict[str, object] | None = None
