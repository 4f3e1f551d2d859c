"""What an installation may set, read once from the environment; a wrong value stops the start and is named."""

import os
import re
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]", "::1")
SECRET_KEY_LENGTH = 32  # characters: 256 bits written as base64 are 43, as hexadecimal 64


class SettingError(ValueError):
    """A setting is missing or wrong; the message names it."""


@dataclass(frozen=True)
class Settings:
    """Every setting of an installation (docs/administration.md describes each)."""

    database_url: str
    secret_key: str
    public_url: str
    smtp_url: str | None
    mail_from: str
    trusted_hosts: tuple[str, ...]
    rate_limits: bool
    instance_dir: Path
    proxy_hops: int = 0
    body_seconds: int = 30
    offer_hours: int = 24
    waiting_offer_hours: int = 24
    slow_statements_logged: bool = False
    calendars_inside: bool = False
    """Private calendars may be on this machine and without https: for tests, and set by nothing but them."""
    webhooks_inside: bool = False
    """Messages to other programs may go to this machine and without https: for tests, and set by nothing but them."""

    @property
    def is_public(self) -> bool:
        """Whether the site is reached from other machines: cookies are then secure and weak settings are refused."""
        return not _is_loopback(self.public_url)

    @property
    def public_host(self) -> str:
        """The host name of the public address, without its port."""
        return urlsplit(self.public_url).hostname or "localhost"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **overrides: object) -> "Settings":
        """Read the settings; `overrides` win over the environment (commands and tests use them)."""
        env = os.environ if environment is None else environment
        instance = Path(str(overrides.pop("instance_dir", "") or env.get("BOOKING_INSTANCE_DIR") or default_instance()))
        public_url = str(overrides.pop("public_url", "") or env.get("BOOKING_PUBLIC_URL") or "http://127.0.0.1:8000")
        _check_url("BOOKING_PUBLIC_URL", public_url, {"http", "https"})
        smtp_url = env.get("BOOKING_SMTP_URL") or None
        if smtp_url:
            _check_url("BOOKING_SMTP_URL", smtp_url, {"smtp", "smtps"})
        values: dict[str, object] = {
            "database_url": database_url(env.get("BOOKING_DATABASE_URL", ""), instance),
            "secret_key": _secret_key(env.get("BOOKING_SECRET_KEY", ""), public_url, instance),
            "public_url": public_url.rstrip("/"),
            "smtp_url": smtp_url,
            "mail_from": _sender(env.get("BOOKING_MAIL_FROM", ""), public_url),
            "trusted_hosts": _trusted_hosts(env.get("BOOKING_TRUSTED_HOSTS", ""), public_url),
            "rate_limits": _on_or_off("BOOKING_RATE_LIMITS", env.get("BOOKING_RATE_LIMITS", "on")),
            "instance_dir": instance,
            "proxy_hops": _number("BOOKING_PROXY_HOPS", env.get("BOOKING_PROXY_HOPS", "0"), 0, 9),
            "body_seconds": _number("BOOKING_BODY_SECONDS", env.get("BOOKING_BODY_SECONDS", "30"), 1, 300),
            "offer_hours": _number("BOOKING_OFFER_HOURS", env.get("BOOKING_OFFER_HOURS", "24"), 1, 168),
            "waiting_offer_hours": _number(
                "BOOKING_WAITING_OFFER_HOURS", env.get("BOOKING_WAITING_OFFER_HOURS", "24"), 1, 168
            ),
            "slow_statements_logged": False,
        }
        values.update(overrides)
        return cls(**values)  # type: ignore[arg-type]  # the keys above are the fields; mypy sees a plain dict


def checkout_root() -> Path | None:
    """The folder of the checkout this package lies in, or None where it is installed elsewhere."""
    root = Path(__file__).resolve().parent.parent
    return root if (root / "pyproject.toml").is_file() and (root / "migrations").is_dir() else None


def resource_dir(name: str) -> Path:
    """The folder `templates`, `static` or `migrations`: in the checkout, or inside the installed package."""
    root = checkout_root()
    return root / name if root else Path(__file__).resolve().parent / "_resources" / name


def default_instance() -> Path:
    """Where data is kept unless told: the checkout's `instance/`, else the user's data folder."""
    root = checkout_root()
    if root:
        return root / "instance"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "visits-and-events"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "visits-and-events"


def database_url(text: str, instance: Path) -> str:
    """The SQLAlchemy address of the database; plain `postgres://` addresses are given their driver."""
    if not text:
        return f"sqlite:///{instance / 'booking.db'}"
    scheme, colon, rest = text.partition(":")
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"} and colon:
        return _readable(f"postgresql+psycopg:{rest}")
    if scheme == "sqlite" and colon:
        return _readable(text)
    message = "BOOKING_DATABASE_URL must begin with sqlite: or postgresql:"
    raise SettingError(message)


def _readable(address: str) -> str:
    """The same address; a SettingError, which does not say it since there may be a password in it, where it is none."""
    from sqlalchemy import make_url  # noqa: PLC0415  --help does without
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        make_url(address)
    except (ArgumentError, ValueError):
        message = "BOOKING_DATABASE_URL must be an address such as postgresql://user:password@host:5432/name"
        raise SettingError(message) from None
    return address


def _secret_key(text: str, public_url: str, instance: Path) -> str:
    """The given key; on a loopback address without one, a random key kept in the instance folder."""
    if text:
        if len(text) < SECRET_KEY_LENGTH:
            message = f"BOOKING_SECRET_KEY is too short: at least {SECRET_KEY_LENGTH} random characters are needed"
            raise SettingError(message)
        return text
    if not _is_loopback(public_url):
        message = "BOOKING_SECRET_KEY is missing: a site with a public address needs one of its own"
        raise SettingError(message)
    return _kept_key(instance / "secret_key")


def _kept_key(path: Path) -> str:
    """Of several first starts at once one makes the key, and nobody reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(part, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return _read_key(path)


def _read_key(path: Path) -> str:
    """What is kept; an empty file is left where the first start was cut off, and no key at all signs nothing."""
    key = path.read_bytes().strip()
    if len(key) < SECRET_KEY_LENGTH or not key.isascii():
        message = f"{path} holds no key: delete it, and another one is made"
        raise SettingError(message)
    return key.decode("ascii")


def _check_url(name: str, text: str, schemes: set[str]) -> None:
    try:
        parts = urlsplit(text)
        is_fine = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, or a port that is none
        is_fine = False
    if not is_fine:
        message = f"{name} must be an address such as {min(schemes)}://host"
        raise SettingError(message)


def _is_loopback(url: str) -> bool:
    return (urlsplit(url).hostname or "") in {"127.0.0.1", "localhost", "::1"}


def _sender(text: str, public_url: str) -> str:
    """The sender of mails, with a name before it or without."""
    if not text:
        return _default_sender(public_url)
    if not re.fullmatch(r"[^\s@]+@[^\s@]+", parseaddr(text)[1]):
        message = "BOOKING_MAIL_FROM must be an address such as visits@example.org"
        raise SettingError(message)
    return text


def _default_sender(public_url: str) -> str:
    host = urlsplit(public_url).hostname or "localhost"
    return f"visits@{'example.org' if _is_loopback(public_url) else host}"


def _trusted_hosts(text: str, public_url: str) -> tuple[str, ...]:
    named = tuple(host.strip() for host in text.split(",") if host.strip())
    return named or (urlsplit(public_url).hostname or "localhost", *LOOPBACK_HOSTS)


def _on_or_off(name: str, text: str) -> bool:
    if text.lower() in {"on", "off"}:
        return text.lower() == "on"
    message = f"{name} must be on or off"
    raise SettingError(message)


def _number(name: str, text: str, low: int, high: int) -> int:
    if text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high:  # noqa: PLR2004  digits
        return int(text)
    message = f"{name} must be a whole number from {low} to {high}"
    raise SettingError(message)
