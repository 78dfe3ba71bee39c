"""What people fill in to sign in."""

from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, SignupForm


class SignInForm(LoginForm):
    """E-mail address and password."""


class SignUpForm(SignupForm):
    """A new account."""


class SignInCodeForm(ConfirmLoginCodeForm):
    """The six-digit code."""
