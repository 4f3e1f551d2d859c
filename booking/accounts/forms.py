"""The forms in which staff sign in and look after their accounts."""

import re
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form

from booking import zones
from booking.accounts.passwords import LONGEST, is_guessable
from booking.accounts.rules import SHORTEST_PASSWORD
from booking.accounts.terms import Role
from booking.accounts.trail_words import KINDS
from booking.fields import AddressField, ChoiceField, CleanField, DayField, LineField
from booking.i18n.locales import AUTONYMS, COMPLETE_LOCALES
from booking.text import Blank, InputRefused, clean_email, own_path

ROLE_CHOICES = [
    (Role.GUIDE.value, _l("Guide")),
    (Role.COORDINATOR.value, _l("Coordinator")),
    (Role.ADMINISTRATOR.value, _l("Administrator")),
]


class PasswordField(CleanField):
    """A password as it is known; any text may be one. It never goes back into the page."""

    kind = "password"

    def clean(self, text: str) -> str:
        """The text as it was typed, cut where no password is so long."""
        if not text:
            raise Blank
        return text[: LONGEST + 1]

    @property
    def typed(self) -> str:
        """Nothing: a password is not written into a page."""
        return ""


class SomeAddressField(CleanField):
    """An e-mail address to sign in with. What is none belongs to nobody: nothing more is said about it."""

    kind = "email"

    def clean(self, text: str) -> str:
        """The address in its one spelling; else the text, which nobody has."""
        if not text.strip():
            raise Blank
        try:
            return clean_email(text)
        except InputRefused:
            return ""


class NextField(CleanField):
    """The page to go to afterwards: a path of this site; anything else is passed over."""

    kind = "hidden"

    def clean(self, text: str) -> str | None:
        """The path, or None."""
        return own_path(text)

    @property
    def typed(self) -> str:
        """Only what may be gone to comes back into the page."""
        return self.data or ""


class SignInForm(Form):
    """Who it is, by password."""

    next = NextField()
    email = SomeAddressField(_l("E-mail"), required=True, complete="username")
    password = PasswordField(_l("Password"), required=True, complete="current-password")


class CodeField(CleanField):
    """Six digits of an authenticator app; spaces among them are passed over. They never go back into the page."""

    def clean(self, text: str) -> str:
        """The digits."""
        digits = "".join(text.split())
        if not digits:
            raise Blank
        if not re.fullmatch("[0-9]{6}", digits):
            raise ValueError(_("Write the six digits that your app shows."))
        return digits

    @property
    def typed(self) -> str:
        """Nothing: the next try has another code."""
        return ""


class CodeForm(Form):
    """The second factor."""

    next = NextField()
    code = CodeField(
        _l("Six digits"),
        required=True,
        hint=_l("From your authenticator app. It changes every 30 seconds."),
        complete="one-time-code",
    )


class RecoveryForm(Form):
    """A recovery code instead of the second factor."""

    code = PasswordField(
        _l("Recovery code"), required=True, hint=_l("One of the ten that you were shown. Each works once.")
    )


class ConfirmForm(Form):
    """The password once more."""

    next = NextField()
    password = PasswordField(_l("Password"), required=True, complete="current-password")


class ForgottenForm(Form):
    """Whose password was forgotten."""

    email = SomeAddressField(_l("E-mail"), required=True, complete="username")


class TokenForm(Form):
    """A personal token for the API."""

    name = LineField(_l("What is it for?"), required=True, hint=_l("A name by which you will know it later."))


class NewPasswordField(CleanField):
    """A new password: any signs, long enough, and none that many people have. It never goes back into the page."""

    kind = "password"
    process_errors: list[str]

    def clean(self, text: str) -> str:
        """The password as it was typed; ValueError with the sentence of what is wrong."""
        if not text:
            raise Blank
        if len(text) < SHORTEST_PASSWORD:
            raise ValueError(_too_short(SHORTEST_PASSWORD))
        if len(text) > LONGEST:
            raise ValueError(_("Take at most %(count)s characters.", count=LONGEST))
        if is_guessable(text):
            raise ValueError(
                _("This password would be guessed early. Take words that have nothing to do with each other.")
            )
        return text

    def ask_for(self, shortest: int) -> None:
        """Let the password be so long, and say it beforehand; asked before the form is judged."""
        self.hint = _("At least %(count)s characters. You may paste one from a password manager.", count=shortest)
        if self.data is not None and len(self.data) < shortest:
            self.process_errors = [*self.process_errors, _too_short(shortest)]

    @property
    def typed(self) -> str:
        """Nothing: a password is not written into a page."""
        return ""


def _too_short(count: int) -> str:
    return str(_("Take at least %(count)s characters: a few words are easy to remember.", count=count))


class NewPasswordForm(Form):
    """One new password."""

    password = NewPasswordField(_l("New password"), required=True, complete="new-password")


class ChangePasswordForm(Form):
    """A new password, and the one until now."""

    current = PasswordField(_l("Password until now"), required=True, complete="current-password")
    password = NewPasswordField(_l("New password"), required=True, complete="new-password")


class InviteForm(Form):
    """Whom to invite, and to what."""

    email = AddressField(_l("E-mail"), required=True)
    name = LineField(_l("Name"), required=True)
    role = ChoiceField(_l("Role"), required=True, choices=ROLE_CHOICES)
    station = ChoiceField(_l("Duty station"), blank=_l("All stations"))
    locale = ChoiceField(
        _l("Language of the mails"), required=True, choices=[(tag, AUTONYMS[tag]) for tag in COMPLETE_LOCALES]
    )


class DeedsForm(Form):
    """Which of them; a GET form. Days are those of UTC, as the times of the list."""

    kind = ChoiceField(_l("What it is about"), blank=_l("All"), choices=list(KINDS.items()))
    from_ = DayField(_l("First day"), name="from")
    to = DayField(_l("Last day"))

    @property
    def begin(self) -> datetime | None:
        """The beginning of the first day."""
        return zones.day_bounds(self.from_.data, "UTC")[0] if self.from_.data else None

    @property
    def end(self) -> datetime | None:
        """The end of the last."""
        return zones.day_bounds(self.to.data, "UTC")[1] if self.to.data else None
