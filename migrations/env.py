"""How Alembic runs a migration: on the connection it is given, with every table of the product known."""

from alembic import context
from alembic.autogenerate.api import AutogenContext

from booking.db import UTCDateTime
from booking.i18n import TranslatedText
from booking.schema import metadata


def render_item(type_: str, item: object, autogen_context: AutogenContext) -> str | bool:
    """Write our own column types by name, with their import."""
    if type_ == "type" and isinstance(item, UTCDateTime | TranslatedText):
        name = type(item).__name__
        module = "booking.db" if name == "UTCDateTime" else "booking.i18n"
        autogen_context.imports.add(f"from {module} import {name}")
        return f"{name}()"
    return False


def run() -> None:
    """Migrate on the caller's connection and inside its transaction."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
