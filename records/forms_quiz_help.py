"""What a lead or a trainer gives one person beyond the rules of a quiz."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

#: How much more time can be given; the value "none" takes the limit away.
MORE_TIME = (
    ("0", _("As long as the quiz says")),
    ("25", _("A quarter more")),
    ("50", _("Half as much again")),
    ("100", _("Twice as long")),
    ("none", _("No time limit")),
)
CHOOSE = _("Choose how long they have.")


class QuizHelpForm(forms.Form):
    """For somebody whom a lead has before them."""

    more_time = forms.ChoiceField(
        label=_("Time for quizzes that have a limit"),
        help_text=_("Holds from the next quiz they start. Do not ask why, and write it down nowhere else."),
        choices=MORE_TIME,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    gives_attempt = forms.BooleanField(
        label=_("One more try in each quiz in which they have none left"),
        required=False,
    )

    @property
    def changes_time(self) -> bool:
        """Whether another time was chosen than what the form began with."""
        began_with = self.get_initial_for_field(self.fields["more_time"], "more_time")
        return bool(self.cleaned_data["more_time"] != began_with)

    @property
    def extra_percent(self) -> int | None:
        """How much is added, in per cent; None takes the limit away."""
        chosen = self.cleaned_data["more_time"]
        return None if chosen == "none" else int(chosen)


class QuizHelpByAddressForm(QuizHelpForm):
    """For somebody who has written to a trainer."""

    email = forms.EmailField(
        label=_("Their e-mail address"),
        help_text=_("The address with which they sign in, or their work address."),
        error_messages={
            "required": _("Enter the address of the person."),
            "invalid": _("Enter an e-mail address, such as name@example.org."),
        },
    )
    field_order = ("email", "more_time", "gives_attempt")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        more_time: Any = self.fields["more_time"]
        more_time.choices = [("as-it-is", _("Leave it as it is")), *MORE_TIME]
        more_time.initial = "as-it-is"
