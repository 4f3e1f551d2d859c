"""The whole report, from a fixed number of statements."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.reporting import tabulating, tabulating_lists
from booking.reporting.queries import lists, sums
from booking.reporting.table_terms import Report
from booking.reporting.terms import Filters


def report(session: Session, filters: Filters, now: datetime, locale: str = "en") -> Report:
    """Tables T1 to T11 under the filters, the same days of the year before beside them: 17 statements.

    Texts that are translated are in `locale`; codes are left to whoever shows them.
    """
    events, groups = sums.event_sums(session, filters), sums.group_sums(session, filters)
    labels, countries = sums.label_sums(session, filters), sums.country_sums(session, filters)
    quality = tabulating_lists.quality(events, countries, lists.exceptions_made(session, filters), filters)
    series = sums.series_sums(session, filters), sums.series_countries(session, filters)
    tables = (
        *tabulating.events_held(events, filters),
        *tabulating.countries(countries, filters),
        *tabulating.topics(labels, filters),
        *tabulating.languages(labels, lists.languages_given(session, filters), filters),
        tabulating_lists.new_offerings(lists.new_offerings(session, filters), locale),
        tabulating_lists.closures(lists.closures_used(session, filters), filters, locale),
        tabulating_lists.series(*series, filters),
        tabulating_lists.surveys(lists.survey_sums(session, filters)),
        tabulating_lists.views(lists.views(session, filters.period), locale),
        *tabulating_lists.unmet(events, labels, groups, filters),
        *tabulating_lists.refused(lists.refusals(session, filters), lists.requests_ended(session, filters)),
        *quality,
    )
    return Report(filters, now, tables, tabulating_lists.not_ready(quality[0]))
