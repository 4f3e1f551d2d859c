"""The application: settings, extensions, blueprints and error pages. Imports everybody; nobody imports it."""

from datetime import timedelta

from flask import Blueprint, Flask
from jinja2 import StrictUndefined
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from booking import clock, i18n, layout, problems, schema
from booking.accounts import identity, navigation
from booking.accounts import views as account_pages
from booking.accounts.access import open_to
from booking.accounts.jobs import JOBS as ACCOUNT_JOBS
from booking.accounts.schedule import SCHEDULE, Schedule
from booking.attendance import api as attendance_api
from booking.attendance import report_api as upload_api
from booking.attendance import views as attendance_pages
from booking.attendance.jobs import JOBS as ATTENDANCE_JOBS
from booking.attendance.translations import SOURCES as ATTENDANCE_TEXTS
from booking.attendance.uses import uses_of_terms
from booking.attendance.views import items as item_pages
from booking.attendance.views import join as join_pages
from booking.attendance.views import surveys as survey_pages
from booking.bookings import api as bookings_api
from booking.bookings import views as booking_pages
from booking.bookings.jobs import JOBS
from booking.bookings.queries.programme import upcoming_of
from booking.bookings.views import mail_texts as mail_text_pages
from booking.bookings.views import mails as mail_pages
from booking.catalogue import api as catalogue_api
from booking.catalogue import views as catalogue_pages
from booking.catalogue.jobs import JOBS as CATALOGUE_JOBS
from booking.catalogue.models import Station
from booking.catalogue.presenting.translations import SOURCES as CATALOGUE_TEXTS
from booking.catalogue.programme import PROGRAMME, Programme
from booking.catalogue.queries.vocabularies import themes_of_desks
from booking.catalogue.translating import SOURCES
from booking.db import db, engine_options
from booking.guiding import views as guide_pages
from booking.guiding.jobs import JOBS as GUIDING_JOBS
from booking.guiding.views import calendars as calendar_pages
from booking.guiding.views import feeds as calendar_feeds
from booking.http import api, door, headers, health, logs, openapi
from booking.http.fetching import RESOLVER, addresses_of
from booking.i18n.terminology import THEMES
from booking.notices import queries as notices
from booking.notices.pausing import paused_since
from booking.privacy import views as privacy_pages
from booking.privacy.jobs import JOBS as PRIVACY_JOBS
from booking.reporting import api as report_api
from booking.reporting import export_api
from booking.reporting.jobs import JOBS as REPORTING_JOBS
from booking.reporting.narrative import views as paragraph_pages
from booking.reporting.views import exports as export_pages
from booking.reporting.views import report as report_pages
from booking.scheduling import api as holiday_api
from booking.scheduling.queries.accounts import guide_names, guide_of_account, guides_of_nobody
from booking.scheduling.queries.holidays import holiday_days
from booking.scheduling.reading import read_private_calendars
from booking.scheduling.services.accounts import tie, untie
from booking.scheduling.translations import SOURCES as SCHEDULE_TEXTS
from booking.scheduling.views import availability as availability_pages
from booking.scheduling.views import holidays as holiday_pages
from booking.scheduling.views import roster as roster_pages
from booking.settings import Settings, resource_dir
from booking.webhooks import api as webhook_api
from booking.webhooks import views as webhook_pages
from booking.webhooks.sending import send_webhooks

BODY_LIMIT = 5 * 1024 * 1024  # bytes
FIELD_LIMIT = 500_000  # bytes of all form fields that are no files
PARTS_LIMIT = 1_000  # fields of one form
WORKER_IS_SILENT_AFTER = timedelta(minutes=1)  # it says that it lives every 15 s


def create_app(settings: Settings | None = None, **overrides: object) -> Flask:
    """An application for these settings, or for those of the environment; `overrides` are fields of `Settings`."""
    if settings is None:
        settings = Settings.from_environment(None, **overrides)
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
    app.extensions[RESOLVER] = addresses_of
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
    app.json.sort_keys = False  # type: ignore[attr-defined]  # fields keep the order in which the contract names them
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.finalize = i18n.stopped
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _extend(app: Flask) -> None:
    """What every request passes, from the outside inwards; answers pass it the other way round."""
    db.init_app(app)
    logs.init_app(app)
    headers.init_app(app)
    door.init_app(app)
    i18n.init_app(app)
    layout.init_app(app)
    problems.init_app(app)
    api.init_app(app)
    identity.init_app(app)
    navigation.init_app(app)
    health.init_app(app, {"migrations": _migrations, "worker": _worker})


ALL_JOBS = (*JOBS, *ATTENDANCE_JOBS, *GUIDING_JOBS, *CATALOGUE_JOBS, *ACCOUNT_JOBS, *REPORTING_JOBS, *PRIVACY_JOBS)
TEXTS = (*CATALOGUE_TEXTS, *SCHEDULE_TEXTS, *ATTENDANCE_TEXTS)
"""Texts to translate: the catalogue, which lists them, knows neither the schedule nor what is counted."""


def _register(app: Flask) -> None:
    """The blueprints of all domains."""
    app.register_blueprint(account_pages.blueprint)
    app.register_blueprint(catalogue_pages.blueprint)
    app.register_blueprint(catalogue_pages.library_blueprint)
    app.register_blueprint(catalogue_pages.desk_blueprint)
    app.register_blueprint(booking_pages.blueprint)
    app.register_blueprint(booking_pages.board_blueprint)
    app.register_blueprint(booking_pages.closures_blueprint)
    app.register_blueprint(booking_pages.desk_blueprint)
    app.register_blueprint(mail_text_pages.blueprint)
    app.register_blueprint(mail_pages.blueprint)
    app.register_blueprint(booking_pages.limits_blueprint)
    app.register_blueprint(join_pages.blueprint)
    app.register_blueprint(survey_pages.blueprint)
    app.register_blueprint(item_pages.blueprint)
    app.register_blueprint(guide_pages.blueprint)
    app.register_blueprint(guide_pages.offer_links)
    app.register_blueprint(availability_pages.blueprint)
    app.register_blueprint(roster_pages.blueprint)
    app.register_blueprint(calendar_pages.blueprint)
    app.register_blueprint(holiday_pages.blueprint)
    app.register_blueprint(calendar_feeds.blueprint)
    app.register_blueprint(webhook_pages.blueprint)
    app.register_blueprint(paragraph_pages.blueprint)
    app.register_blueprint(attendance_pages.blueprint)
    app.register_blueprint(export_pages.blueprint)
    app.register_blueprint(report_pages.blueprint)
    app.register_blueprint(privacy_pages.blueprint)
    app.register_blueprint(privacy_pages.desk_blueprint)
    for blueprint in _api_blueprints():
        app.register_blueprint(blueprint)
    for view in (health.healthz, health.readyz, openapi.openapi_json, openapi.docs, openapi.docs_of):
        open_to("everybody")(view)
    app.extensions["booking.station_codes"] = _station_codes  # for `user add`: accounts know no stations
    app.extensions[SCHEDULE] = Schedule(guide_of_account, guides_of_nobody, tie, untie, guide_names)  # nor guides
    app.extensions[PROGRAMME] = Programme(upcoming_of, holiday_days, uses_of_terms)  # the catalogue knows no events
    app.extensions[THEMES] = lambda: themes_of_desks(db.session())
    app.extensions["booking.bring_up_to_date"] = schema.bring_up_to_date  # for `load`: the domains know no migrations
    app.extensions[SOURCES] = TEXTS
    app.extensions["booking.jobs"].extend((*ALL_JOBS, read_private_calendars, send_webhooks))


def _api_blueprints() -> tuple[Blueprint, ...]:
    """The calls of all domains, and their document."""
    calls = (
        *catalogue_api.blueprints,
        *bookings_api.blueprints,
        attendance_api.blueprint,
        upload_api.blueprint,
        webhook_api.blueprint,
    )
    return (*calls, holiday_api.blueprint, report_api.blueprint, export_api.blueprint, openapi.blueprint)


def _migrations(connection: Connection) -> tuple[bool, str]:
    """Whether the tables are the newest that this program knows."""
    at, newest = schema.current(connection), schema.head()
    return at == newest, "up to date" if at == newest else f"at {at}, not {newest}"


def _worker(connection: Connection) -> tuple[bool, str]:
    """Whether notices are being sent; a worker says that it lives every 15 s."""
    with Session(connection) as session:
        seen_at = notices.worker_seen_at(session)
        is_paused = paused_since(session) is not None
    silent = seen_at is None or clock.now() - seen_at > WORKER_IS_SILENT_AFTER
    return not silent, "silent" if silent else "paused" if is_paused else "running"


def _station_codes() -> set[str]:
    return set(db.session.scalars(select(Station.code)))
