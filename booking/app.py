"""The application: settings, extensions, blueprints and error pages. Imports everybody; nobody imports it."""

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from booking import i18n
from booking.db import db, engine_options
from booking.settings import Settings, resource_dir

BODY_LIMIT = 5 * 1024 * 1024  # bytes
FIELD_LIMIT = 500_000  # bytes of all form fields that are no files
PARTS_LIMIT = 1_000  # fields of one form


def create_app(settings: Settings | None = None, **overrides: object) -> Flask:
    """An application for these settings, or for those of the environment; `overrides` are fields of `Settings`."""
    if settings is None:
        settings = Settings.from_environment(**overrides)
    settings.instance_dir.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "booking",
        template_folder=str(resource_dir("templates")),
        static_folder=str(resource_dir("static")),
        instance_path=str(settings.instance_dir.resolve()),
    )
    _configure(app, settings)
    _extend(app)
    _register(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.extensions["booking.settings"] = settings
    app.extensions["booking.jobs"] = []
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=FIELD_LIMIT,
        MAX_FORM_PARTS=PARTS_LIMIT,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        SESSION_COOKIE_NAME="__Host-session" if settings.is_public else "session",
        SESSION_COOKIE_SECURE=settings.is_public,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]  fields keep the order in which the contract names them
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _extend(app: Flask) -> None:
    db.init_app(app)
    i18n.init_app(app)


def _register(app: Flask) -> None:
    """The blueprints of all domains."""
