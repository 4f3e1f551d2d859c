"""The page of exports from what was asked for."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from booking import i18n
from booking.reporting.export_forms import ExportForm, PersonalForm
from booking.reporting.export_pages import ExportPage, FileLink
from booking.reporting.filter_forms import query_of
from booking.reporting.services.counting import count
from booking.reporting.services.exports import FileKind
from booking.reporting.terms import Figure, Filters

FIGURES = (Figure.EVENTS, Figure.PARTICIPANTS, Figure.EVENTS_UNRECORDED)


def export_page(form: ExportForm, personal: PersonalForm, filters: Filters | None) -> ExportPage:
    """Figures and files for these filters; the form alone where they could not be read."""
    if filters is None:
        return ExportPage(form, personal)
    number = count(filters, FIGURES)
    locale = i18n.current_locale()
    period = filters.period
    missing = number[Figure.EVENTS_UNRECORDED] or 0
    return ExportPage(
        form,
        personal,
        days=_(
            "%(first)s to %(last)s, both included",
            first=i18n.format_day_year(period.first, locale),
            last=i18n.format_day_year(period.last, locale),
        ),
        figures=(
            (_("Events held"), format_decimal(number[Figure.EVENTS] or 0)),
            (_("Participants"), format_decimal(number[Figure.PARTICIPANTS] or 0)),
        ),
        unrecorded=ngettext(
            "%(num)s event that was held has no number of all who came: it is in the file with an empty cell.",
            "%(num)s events that were held have no number of all who came: they are in the file with empty cells.",
            missing,
        )
        if missing
        else "",
        files=_files(form, filters),
        document=_document(filters),
        personal_url=_with(url_for("exports.with_names"), _parameters(form, filters)),
    )


def _files(form: ExportForm, filters: Filters) -> tuple[FileLink, ...]:
    parameters = _parameters(form, filters)

    def link(kind: FileKind, name: str, says: str, **more: str) -> FileLink:
        return FileLink(name, _with(url_for("exports.attendance"), {"file": kind.value} | parameters | more), says)

    return (
        link(FileKind.XLSX, _("Download XLSX"), _("A workbook: its first sheet says what the words mean.")),
        link(FileKind.CSV, _("Download CSV"), _("A line for each event and group.")),
        link(FileKind.CSV, _("Download CSV for Excel"), _("The same, with a byte order mark."), bom="yes"),
        link(FileKind.JSONL, _("Download JSON Lines"), _("An object on each line, for programs.")),
    )


def _document(filters: Filters) -> FileLink:
    return FileLink(
        _("Print the report"),
        _with(url_for("reports.document"), query_of(filters)),
        _("A document for paper or PDF: what the words mean, paragraphs, figures, every table, events and groups."),
    )


def _parameters(form: ExportForm, filters: Filters) -> dict[str, str | list[str]]:
    columns: list[str] = list(form.columns.data or ())
    return {**query_of(filters), **({"columns": ",".join(columns)} if columns else {})}


def _with(url: str, parameters: Mapping[str, str | list[str]]) -> str:
    return f"{url}?{urlencode(parameters, doseq=True)}"
