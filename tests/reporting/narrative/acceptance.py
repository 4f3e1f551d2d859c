"""What the paragraphs say of the acceptance data of 2020, written by hand."""

from datetime import date

from booking.reporting.narrative.numbers import Qualifier
from booking.reporting.narrative.values import (
    Codes,
    Content,
    Count,
    Day,
    Flag,
    Item,
    Months,
    Phrases,
    Places,
    Since,
    Value,
    Variable,
)

GENEVA, NAIROBI, NEW_YORK, VIENNA = STATIONS = (
    ("GVA", "Geneva"),
    ("NBO", "Nairobi"),
    ("NYC", "New York"),
    ("VIE", "Vienna"),
)
OTHERS = ("bg", "cs", "nl", "de", "he", "hi", "hu", "it", "ja", "sw", "ko", "pt", "ro", "sk", "tr", "ur")
UNBOUND = {"station", "season", "hashtag", "others", "stations_n"}


def variables(**values: Value) -> dict[str, Variable]:
    """Values as variables."""
    return {name: Variable(value, is_bound=name not in UNBOUND) for name, value in values.items()}


def about(value: int) -> Count:
    """A figure that the report rounds."""
    return Count(value, Qualifier.ABOUT, has_choice=True)


def phrases(kind: str, *codes: str, within: str = "") -> Phrases:
    """Phrases of these codes."""
    return Phrases(kind, tuple(map(Item, codes)), within)


CONTENTS = {
    "12": Content(
        variables(
            stations=Places(STATIONS, is_whole=True),
            closed_since=Since(date(2020, 3, 11), date(2020, 3, 16)),
            audiences=phrases("audience", "children", "educators", within="special_groups"),
            themes=phrases("theme", "climate-change", "counter-terrorism", "gender-equality"),
        ),
        {
            "visits": (
                variables(
                    station=Places((GENEVA,)),
                    visits=Count(24),
                    visitors=Count(269),
                    months=Months((8, 9)),
                    until=phrases("until", "premises-closed"),
                ),
            )
        },
    ),
    "13": Content(variables(events=about(350), people=about(10_000))),
    "14": Content(
        variables(station=Places((GENEVA,)), items=phrases("offering", "P-GVA-09", "P-GVA-10"), visits=Count(12))
    ),
    "15": Content(variables(station=Places((NAIROBI,)), offerings=phrases("offering", "P-NBO-04", "P-NBO-05"))),
    "16": Content(
        variables(
            station=Places((NEW_YORK,)),
            states=Count(15),
            countries=Codes("country", ("CH", "CL", "CN", "CO", "DE", "ET", "GB", "KR", "MX", "PE")),
            topics=Phrases(
                "topic",
                (
                    Item("human-rights-racism-xenophobia", number=22),
                    Item("refugees", number=12),
                    Item("sustainable-development-goals", number=11),
                ),
            ),
            briefings=Count(54),
            raised=phrases("raised", "COVID-19"),
            raised_count=Count(49),
            raised_of=Count(54),
            frequency=Flag("often"),
        )
    ),
    "17": Content(
        variables(
            partner=phrases("partner", "Teach SDGs"),
            themes=phrases("dealt", "peace-and-security", "sustainable-development", "human-rights"),
            people=about(900),
            regions=Flag("all"),
            repeats=Count(3),
            month=Months((11,)),
            conference=phrases("conference", "World Federation of United Nations Associations"),
        )
    ),
    "18": Content(
        variables(
            station=Places((VIENNA,)),
            partner=phrases("partner", "UNHCR"),
            theme=phrases("title", "un75"),
            people1=Count(148),
            month=Months((7,)),
            season=Flag("summer"),
            day=phrases("day", "LONG-DAY-OF-FLIGHT"),
            people2=Count(75),
            date=Day(date(2020, 10, 2)),
            videos=Count(7),
            hashtag=Flag("#GlobalGoals"),
        )
    ),
    "19": Content(
        variables(
            stations_six=Places((GENEVA, NEW_YORK, VIENNA)),
            station=Places((NAIROBI,)),
            languages=Codes("language", ("zh", "en", "fr", "es")),
            stations_all=Flag("4"),
            count=Count(22, Qualifier.MORE, has_choice=True),
            other_languages=Codes("language", OTHERS),
        )
    ),
}
