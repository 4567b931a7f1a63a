"""How allauth behaves here: nobody signs up by themselves, and a lock says how long it lasts."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The email address or the password is not right.",
        # The length stands in ACCOUNT_RATE_LIMITS.
        "too_many_login_attempts": (
            "Too many wrong sign-ins: signing in is locked. Try again in 15 minutes, "
            "or reset your password."
        ),
    }

    def is_open_for_signup(self, request):
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """The organisation's directory says who somebody is; Steward says whether they may come in."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def is_email_verified(self, provider, email):
        # The only provider is the organisation's own directory, which gives out the addresses.
        return True
