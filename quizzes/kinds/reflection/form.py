"""A box to write in that is never sent."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from quizzes.kinds.base_form import QuestionForm


class ReflectionForm(QuestionForm):
    """No field of it has a name, so a browser sends nothing."""

    template = "quizzes/kinds/reflection/form.html"
    hint = _("Only you see this. It is not sent and not kept.")

    def add_fields(self) -> None:
        """Nothing is read."""

    def read(self) -> Sequence[str]:
        return []
