"""The form in which a member of staff sets a password."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form

from booking.accounts.passwords import LONGEST, SHORTEST, is_guessable
from booking.fields import CleanField
from booking.text import Blank


class NewPasswordField(CleanField):
    """A new password: any signs, long enough, and none that many people have. It never goes back into the page."""

    kind = "password"

    def clean(self, text: str) -> str:
        """The password as it was typed; ValueError with the sentence of what is wrong."""
        if not text:
            raise Blank
        if len(text) < SHORTEST:
            raise ValueError(_("Take at least %(count)s characters: a few words are easy to remember.", count=SHORTEST))
        if len(text) > LONGEST:
            raise ValueError(_("Take at most %(count)s characters.", count=LONGEST))
        if is_guessable(text):
            raise ValueError(
                _("This password would be guessed early. Take words that have nothing to do with each other.")
            )
        return text

    @property
    def typed(self) -> str:
        """Nothing: a password is not written into a page."""
        return ""


class NewPasswordForm(Form):
    """One new password."""

    password = NewPasswordField(
        _l("New password"),
        required=True,
        hint=_l("At least 12 characters. You may paste one from a password manager."),
        complete="new-password",
    )
