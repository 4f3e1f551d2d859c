"""The committed translations: of today's texts, without faults, compiled; and what counts as a fault."""

from gettext import GNUTranslations, c2py
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog

from booking.i18n import COMPLETE_LOCALES
from scripts import translations
from scripts.translation_faults import faults_of, is_translated

LOCALES = translations.TRANSLATED


def _catalogue(locale: str, *entries: tuple[str | tuple[str, str], str | tuple[str, ...]]) -> Catalog:
    catalog = Catalog(locale=locale, fuzzy=False)
    for text, translation in entries:
        catalog.add(text, translation)
    return catalog


def test_the_catalogues_are_of_todays_texts_and_a_new_one_fails_the_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = translations.extracted()
    monkeypatch.setattr(translations, "extracted", lambda: said)
    assert translations.stale() == []
    said.add("A text that nobody has translated")
    assert translations.main(["--check"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert [line for line in told if "nobody has translated" in line] == [
        f"{locale}: not in messages.po: ('A text that nobody has translated', None)" for locale in LOCALES
    ]


@pytest.mark.parametrize("locale", LOCALES)
def test_no_translation_is_wrong_and_none_is_missing_in_a_complete_locale(locale: str) -> None:
    assert faults_of(translations.read(locale), complete=locale in COMPLETE_LOCALES) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_sentences_of_the_rules_are_those_of_the_table(locale: str) -> None:
    catalog, ruled = translations.read(locale), translations.ruled(locale)
    said = {one.id: one.string for one in catalog if one.id in ruled}
    assert len(said) > 50
    assert said == {text: ruled[text] for text in said}


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_written_is_what_a_page_says(locale: str) -> None:
    with translations.po_path(locale).with_suffix(".mo").open("rb") as compiled:
        spoken = GNUTranslations(compiled)
    text = "Tours {language_in} are not offered {station_in}."
    assert spoken.gettext(text) == translations.ruled(locale)[text] != text
    assert spoken.gettext("not in the catalogue") == "not in the catalogue"


def test_a_template_and_its_text_are_extracted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, source in {
        "templates/page.html": "{% do x %}<p>{{ _('New here') }}</p>{{ ngettext('%(num)s page', '%(num)s pages', n) }}",
        "templates/mail/mail.txt": "{{ _('Dear %(name)s', name=n) }}",
        "booking/words.py": "A = _l('late')\nB = pgettext('of a door', 'open')\nC = lazy_ngettext('a', 'b', 2)\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source, encoding="utf-8")
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    said = {(one.id, one.context) for one in translations.extracted() if one.id}
    assert said == {
        ("New here", None),
        (("%(num)s page", "%(num)s pages"), None),
        ("Dear %(name)s", None),
        ("late", None),
        ("open", "of a door"),
        (("a", "b"), None),
    }


@pytest.mark.parametrize(
    ("before", "found"),
    [
        pytest.param(_catalogue("fr"), ["fr: not in messages.po: ('Save', None)"], id="a text that is new"),
        pytest.param(
            _catalogue("fr", ("Save", "Enregistrer"), ("Old", "Vieux")), ["fr: said no more: ('Old', None)"], id="gone"
        ),
        pytest.param(_catalogue("fr", ("Save", "Enregistrer")), [], id="the same"),
    ],
)
def test_a_text_that_is_new_or_gone_is_told(before: Catalog, found: list[str]) -> None:
    assert translations.difference("fr", _catalogue("en", ("Save", "")), before) == found


def test_merging_keeps_translations_and_drops_what_is_said_no_more() -> None:
    old = _catalogue("fr", ("Stay", "Rester"), ("Old", "Vieux"), (("a day", "days"), ("un jour", "des jours")))
    template = _catalogue("en", ("Stay", ""), ("New", ""), (("a day", "days"), ("", "")))
    result = translations.merged(template, old, "fr")
    assert {one.id: one.string for one in result if one.id} == {
        "Stay": "Rester",
        "New": "",
        ("a day", "days"): ("un jour", "des jours"),
    }
    assert translations.as_po(result) == translations.as_po(translations.read("fr", translations.as_po(result)))


def test_what_is_not_whole_is_not_compiled_so_that_english_is_shown_and_no_gap() -> None:
    catalog = _catalogue("fr", ("A", ""), (("a day", "days"), ("", "")), (("a week", "weeks"), ("une semaine", "")))
    catalog.add("Doubt", "Doute", flags=["fuzzy"])
    assert b"semaine" not in translations.as_mo(catalog)
    assert b"Doute" not in translations.as_mo(catalog)


@pytest.mark.parametrize(
    ("text", "translation", "fault"),
    [
        ("Hello", "", "missing: Hello"),
        (("%(num)s day", "%(num)s days"), ("", ""), "missing: %(num)s day"),
        (("%(num)s day", "%(num)s days"), ("%(num)s jour", ""), "a plural form is empty: %(num)s day"),
        (("%(num)s day", "%(num)s days"), ("un jour", "%(num)s jours"), "placeholders [] instead of ['%(num)s']"),
        ("From %(day)s", "Du %(jour)s", "placeholders ['%(jour)s'] instead of ['%(day)s']"),
        ("From %(day)s", "Du jour", "placeholders [] instead of ['%(day)s']"),
        ("From {day}", "Du {jour}", "placeholders ['{jour}'] instead of ['{day}']"),
        ("%(part)s%% full", "plein à %(part)s %", "placeholders ['%(part)s'] instead of ['%%', '%(part)s']"),
        ("%(part)s full", "plein à %(part)s %", "a % that is no placeholder"),
        ("All full", "plein à 100 %", "a % that the text has not"),
        ("a <b>word</b>", "un <b>terme", "other tags"),
        (" or ", "ou", "other blanks"),
    ],
)
def test_a_fault_is_found(text: str | tuple[str, str], translation: str | tuple[str, ...], fault: str) -> None:
    found = faults_of(_catalogue("fr", (text, translation)), complete=True)
    assert [line for line in found if line.startswith(fault)]


def test_a_doubtful_and_an_obsolete_translation_are_faults() -> None:
    catalog = translations.read("fr", b'#, fuzzy\nmsgid "A"\nmsgstr "B"\n\n#~ msgid "C"\n#~ msgstr "D"\n')
    assert [line.split(":")[0] for line in faults_of(catalog, complete=False)] == ["obsolete", "fuzzy"]


def test_an_empty_plural_form_does_not_count_as_translated() -> None:
    catalog = _catalogue("ar", (("a day", "days"), ("", "", "", "", "", "")), (("a week", "weeks"), ("x",) * 6))
    assert [is_translated(one, 6) for one in catalog if one.id] == [False, True]
    assert faults_of(catalog, complete=True) == ["missing: a day"]


def test_a_form_for_one_number_may_be_a_word() -> None:
    forms = ("لا أيام", "يوم واحد", "يومان", "%(num)s أيام", "%(num)s يوما", "%(num)s يوم")
    assert faults_of(_catalogue("ar", (("%(num)s day", "%(num)s days"), forms)), complete=True) == []


CLDR = ["zero", "one", "two", "few", "many", "other"]


@pytest.mark.parametrize("locale", LOCALES)
def test_a_number_takes_the_form_of_its_category_in_the_order_of_the_cldr(locale: str) -> None:
    rule = Locale(locale).plural_form
    used = [name for name in CLDR if name in {rule(number) for number in range(1000)}]
    form = c2py(translations.read(locale).plural_expr)
    assert [used[form(number)] for number in range(1000)] == [rule(number) for number in range(1000)]
    assert translations.read(locale).num_plurals == len(used)
