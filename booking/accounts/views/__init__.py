"""The pages of accounts: signing in, one's own account, and the people of a station."""

from booking.accounts.views import account, passwords, sign_in
from booking.accounts.views.blueprint import blueprint

__all__ = ["account", "blueprint", "passwords", "sign_in"]
