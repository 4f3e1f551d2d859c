"""Pages carry no inline script or style (the content security policy forbids both), and every form posts a token."""

import re
from pathlib import Path

import pytest

from tests.guards.skeleton import Page
from tests.guards.tree import ROOT, findings, html_templates

HANDLER = re.compile("on[a-z]{4,}")  # onblur and its like
TOKEN = re.compile(r"\b(csrf_token|hidden_tag|token\(\))")  # token() is the macro of layout/fields.html


class _Markup(Page):
    """Collects inline scripts and styles."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Looks at one tag."""
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given):
            self.report(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or HANDLER.fullmatch(name) or (value or "").strip().lower().startswith("javascript:"):
                self.report(f"{tag} {name}")
        for expression in self.expressions(" ".join(f"{name} {value}" for name, value in attrs)):
            if "style=" in expression or "onclick=" in expression:
                self.report(expression)


class _Forms(Page):
    """Collects forms that post without a token; a method that an expression says counts as posting."""

    opened: str | None

    def __init__(self, source: str) -> None:
        self.opened = None
        super().__init__(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begins a form, or sees the token in it."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "get").lower() not in {"get", "dialog"}:
            self.opened = f"{self.getpos()[0]}: form {given.get('action', '')}"
        if tag == "input" and TOKEN.fullmatch(given.get("name", "")):
            self.opened = None

    def handle_data(self, data: str) -> None:
        """Sees the token that an expression writes."""
        if any(TOKEN.search(expression) for expression in self.expressions(data)):
            self.opened = None

    def handle_endtag(self, tag: str) -> None:
        """Ends a form."""
        if tag == "form" and self.opened:
            self.found.append(self.opened)
            self.opened = None


def _is_mail(path: Path) -> bool:
    return path.is_relative_to(ROOT / "templates" / "mail")


def inline_markup(source: str) -> list[str]:
    """Inline scripts, styles and handlers of a template."""
    return _Markup(source).found


def forms_without_token(source: str) -> list[str]:
    """Forms that post and carry no token."""
    return _Forms(source).found


def scripts_of_mail(source: str) -> list[str]:
    """Inline scripts and handlers: a mail brings its styles with it, since it has no site to fetch them from."""
    return [finding for finding in inline_markup(source) if not finding.endswith(("<style>", " style"))]


def test_no_page_has_an_inline_script_style_or_handler() -> None:
    assert findings([path for path in html_templates() if not _is_mail(path)], inline_markup) == []


def test_no_mail_has_a_script_or_handler() -> None:
    assert findings([path for path in html_templates() if _is_mail(path)], scripts_of_mail) == []


def test_every_form_that_posts_carries_a_token() -> None:
    assert findings(html_templates(), forms_without_token) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p style='color: red'>",
        "<style>p {}</style>",
        "<script>go()</script>",
        "<a onclick='go()'>",
        "<a href='javascript:go()'>",
        "{% if x %}<p {% if y %}style='a'{% endif %}>{% endif %}",
    ],
)
def test_the_guard_sees_inline_markup(source: str) -> None:
    assert len(inline_markup(source)) == 1


@pytest.mark.parametrize("source", ["<form method=post></form>", "<form method='{{ how }}'><input name=token></form>"])
def test_the_guard_sees_a_form_without_token(source: str) -> None:
    assert len(forms_without_token(source)) == 1


def test_the_guard_lets_a_mail_bring_its_styles_but_no_script() -> None:
    assert scripts_of_mail("<style>p {}</style><p style='color: red'>") == []
    assert len(scripts_of_mail("<script>go()</script><p onclick='go()'>")) == 2


def test_the_guard_lets_clean_pages_pass() -> None:
    assert inline_markup("<script src='{{ x }}' defer></script><p class='a' one='b'>") == []
    assert forms_without_token("<form method=get></form><form method=post>{{ form.csrf_token }}</form>") == []
    assert forms_without_token("<form method=post>{{ token() -}}</form>") == []
    assert forms_without_token("<form method=post><input name=csrf_token value='{{ csrf_token() }}'></form>") == []
