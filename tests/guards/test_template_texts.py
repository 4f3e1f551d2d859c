"""Every text of a page or a mail goes through gettext; what must stay as it is stands in an element translate="no"."""

import ast
import re

import pytest
from jinja2 import nodes

from tests.guards.skeleton import Page, environment, has_words, literal_results, skeleton
from tests.guards.tree import calls, dotted, findings, html_templates, modules, modules_of, own_files

SHOWN_ATTRIBUTES = {
    "alt",
    "aria-description",
    "aria-label",
    "aria-roledescription",
    "aria-valuetext",
    "placeholder",
    "title",
}
SHOWN_NAMES = {
    "alt",
    "caption",
    "heading",
    "hint",
    "label",
    "legend",
    "message",
    "placeholder",
    "subject",
    "text",
    "title",
}
SUBMITTING = {"submit", "button", "reset"}
NOT_SHOWN = {"script", "style"}
ATTRIBUTE = re.compile(
    r'[a-z-]+="[^"]*"(\s+required)?'
)  # a macro may write the attributes of a tag that stands elsewhere
VOID = {"img", "input", "meta", "link", "br", "hr"}
SHOWN_IN_PYTHON = {"description", "label", "message"}
SAYING = {"flash", "ValidationError", "StopValidation"}
TEXTS_OF = {"_": 1, "_l": 1, "gettext": 1, "lazy_gettext": 1, "ngettext": 2, "pgettext": 2, "lazy_pgettext": 2}
"""How many texts the functions of gettext are given."""


class _Texts(Page):
    """Collects what is shown and not translated."""

    left_alone: list[str]

    def __init__(self, source: str) -> None:
        self.left_alone = []
        super().__init__(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Reads the attributes that a person hears or sees."""
        given = {name: value or "" for name, value in attrs}
        leaves = tag in NOT_SHOWN or given.get("translate") == "no" or tag in self.left_alone
        if leaves and tag not in VOID:
            self.left_alone.append(tag)
        shown = SHOWN_ATTRIBUTES | ({"value"} if tag == "input" and given.get("type") in SUBMITTING else set())
        for name in shown & set(given):
            self._look_at(given[name])

    def handle_endtag(self, tag: str) -> None:
        """Leaves an element that is not translated."""
        if tag in self.left_alone:
            self.left_alone.remove(tag)

    def handle_data(self, data: str) -> None:
        """Reads text between tags."""
        rest = ATTRIBUTE.sub("", data)
        if not self.left_alone and (rest == data or has_words(rest)):
            self._look_at(data)

    def _look_at(self, text: str) -> None:
        literal = [text] if has_words(text) else []
        for said in literal + [part for expression in self.expressions(text) for part in literal_results(expression)]:
            self.report(" ".join(said.split()))


def untranslated_html(source: str) -> list[str]:
    """Texts of an HTML template that reach a person without gettext."""
    return _Texts(source).found + untranslated_names(source)


def untranslated_names(source: str) -> list[str]:
    """Literal words given to a macro or a variable whose name says that it is shown: `label="Size"`."""
    pairs: list[tuple[str, nodes.Node]] = []
    for node in environment.parse(source).find_all((nodes.Keyword, nodes.Assign, nodes.Macro)):
        if isinstance(node, nodes.Keyword):
            pairs.append((node.key, node.value))
        elif isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
            pairs.append((node.target.name, node.node))
        elif isinstance(node, nodes.Macro):
            pairs += zip([name.name for name in node.args[::-1]], node.defaults[::-1], strict=False)
    shown = [value for name, value in pairs if name in SHOWN_NAMES and isinstance(value, nodes.Const)]
    return [f"{value.lineno}: {value.value}" for value in shown if has_words(str(value.value or ""))]


def untranslated_plain(source: str) -> list[str]:
    """Texts of a plain-text template that reach a person without gettext."""
    taken_apart = skeleton(source)
    lines = [f"{number}: {line}" for number, line in enumerate(taken_apart.text.splitlines(), 1) if has_words(line)]
    return lines + [text for expression in taken_apart.expressions for text in literal_results(expression)]


def untranslated_python(source: str) -> list[str]:
    """Literal labels of form fields and literal messages that a page shows."""
    shown: list[ast.expr] = []
    for call in calls(ast.parse(source)):
        name = dotted(call.func).rpartition(".")[2]
        shown += call.args[:1] if name.endswith("Field") or name in SAYING else []
        shown += [word.value for word in call.keywords if word.arg in SHOWN_IN_PYTHON]
    texts = [(node.lineno, node.value) for node in shown if isinstance(node, ast.Constant)]
    return [f"{line}: {text}" for line, text in texts if isinstance(text, str) and has_words(text)]


def unextracted(source: str) -> list[str]:
    """Calls of gettext that `make i18n` does not find: inside an f-string, or of a text that is not written there."""
    tree = ast.parse(source)
    inside = {id(call) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for call in calls(node)}
    return [f"{call.lineno}: {ast.unparse(call)}" for call in calls(tree) if _is_lost(call, inside=id(call) in inside)]


def _is_lost(call: ast.Call, *, inside: bool) -> bool:
    texts = TEXTS_OF.get(dotted(call.func), 0)
    written = [isinstance(one, ast.Constant) and isinstance(one.value, str) for one in call.args[:texts]]
    return bool(texts) and (inside or written != [True] * texts)


def test_every_text_of_a_page_goes_through_gettext() -> None:
    assert findings(html_templates(), untranslated_html) == []


def test_every_text_of_a_plain_mail_goes_through_gettext() -> None:
    assert findings(own_files("templates", "*.txt"), untranslated_plain) == []


def test_every_label_and_message_of_a_form_or_view_goes_through_gettext() -> None:
    assert findings(modules_of("forms", "views"), untranslated_python) == []


def test_every_text_that_goes_through_gettext_is_found_by_make_i18n() -> None:
    assert findings(modules(), unextracted) == []


def test_the_guard_sees_a_text_that_is_not_extracted() -> None:
    source = """a = f"{_('One.')} two"\nb = _(three)\nc = ngettext("four", many, 5)\nd = _("six")"""
    assert sorted(unextracted(source)) == [
        "1: _('One.')",
        "2: _(three)",
        "3: ngettext('four', many, 5)",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello</p>",
        "<p>{{ _('A') }} and {{ _('B') }}</p>",
        "{% block title %}Find{% endblock %}",
        "<img alt='A tour' src='x'>",
        "<input type=submit value=Send>",
        "<p>{{ 'one' if n == 1 else 'many' }}</p>",
        "<p>{{ name|default('nobody') }}</p>",
        "{{ field(form.size, label='Size') }}",
        "{% set title = 'Find a time' %}",
        "{% macro field(x, hint='As you like') %}{% endmacro %}",
        "<p translate=no>UTC</p><p>Время</p>",
    ],
)
def test_the_guard_sees_a_text_outside_gettext(source: str) -> None:
    assert untranslated_html(source) != []


def test_the_guard_lets_translated_and_silent_texts_pass() -> None:
    source = """{# a comment #}<p class="lead {{ 'on' if x else 'off' }}" lang="{{ l }}">{{ _("Hello") }} · {{ x }}</p>
    {% trans n=count %}One place{% pluralize %}{{ n }} places{% endtrans %}{% block body %}{% endblock %}
    {% macro ties(f) %} aria-describedby="{{ f.id ~ '-h' }}"{% endmacro %}<{{ level }} class="a">{{ x }}</{{ level }}>
    <span translate="no">UTC<b>+1</b></span> {{ field(form.size, label=_("Size"), kind="number") }} {{ "·" }}"""
    assert untranslated_html(source) == []


def test_the_guard_sees_words_of_a_plain_mail_and_of_a_form() -> None:
    assert untranslated_plain("{{ _('Hello') }},\nsee you {{ 'soon' }}\n") == ["2: see you \ue001", "soon"]
    assert untranslated_python("size = IntegerField('Size')") == ["1: Size"]
    assert untranslated_python("size = IntegerField(_('Size'), [DataRequired(message='Say it')])") == ["1: Say it"]
    assert untranslated_python("size = IntegerField(_('Size')); flash(_('Done'))") == []
