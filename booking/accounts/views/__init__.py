"""The pages of accounts: signing in, one's own account, and the people of a station."""

from booking.accounts.views import account, passwords, people, second_factor, sign_in
from booking.accounts.views.blueprint import blueprint

__all__ = ["account", "blueprint", "passwords", "people", "second_factor", "sign_in"]
