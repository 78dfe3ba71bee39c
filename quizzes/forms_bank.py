"""What trainers fill in about the bank: which questions they look for, and a file to bring."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from quizzes.actions import Deed
from quizzes.formats.items import Result, UnreadableError
from quizzes.formats.reading import AUTO, read
from quizzes.formats.texts import UTF_16
from quizzes.kinds.registry import KINDS
from quizzes.leaving import asked_by
from quizzes.models import Question, QuestionVersion, Quiz, Tag

#: What a form sends back as text; larger files come in by `manage.py import_questions`.
LARGEST = 2 * 1024 * 1024
FORMATS = [
    (AUTO, _("Find out")),
    ("gift", "GIFT"),
    ("aiken", "Aiken"),
    ("moodle_xml", "Moodle XML"),
    ("qti", "QTI 2.1"),
    ("json", "Signpost JSON"),
]
#: The filters of the bank that are always in sight.
USUAL = ("q", "tag", "status")
ANY = [("", _("Any"))]


def kind_names() -> list[tuple[str, Any]]:
    """The kinds as the editor calls them."""
    return [(name, kind.block.meta.label) for name, kind in KINDS.items()]


class BankFilterForm(forms.Form):
    """Which questions of the bank are listed."""

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    tag = forms.ModelChoiceField(
        label=_("Tag"), required=False, queryset=Tag.objects.all(), to_field_name="folded", empty_label=ANY[0][1]
    )
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[*ANY, *Question.Status.choices])
    use = forms.ChoiceField(
        label=_("Use"),
        required=False,
        choices=[
            *ANY,
            ("asked", _("Asked in a quiz")),
            ("idle", _("Asked in no quiz")),
            ("ever", _("Was asked before or is now: a version is kept")),
            ("never", _("Never asked yet")),
        ],
    )
    quiz = forms.ModelChoiceField(  # type: ignore[var-annotated]
        label=_("Asked in"),
        required=False,
        queryset=Quiz.objects.defer("questions").order_by("title"),
        empty_label=ANY[0][1],
    )
    lacks = forms.ChoiceField(label=_("Not complete in"), required=False, choices=[*ANY, *settings.LANGUAGES])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [*ANY, *kind_names()]  # type: ignore[attr-defined]
        for field in self.fields.values():
            # No list is wider than a narrow screen.
            field.widget.attrs["class"] = "w-w-full"

    @property
    def usual(self) -> list[forms.BoundField]:
        """What most people look for by; the rest is folded away, so that the list is in sight."""
        return [self[name] for name in self.fields if name in USUAL]

    @property
    def others(self) -> list[forms.BoundField]:
        """All other filters."""
        return [self[name] for name in self.fields if name not in USUAL]

    @property
    def asks_others(self) -> bool:
        """Whether one of them is filled in."""
        return any(field.value() for field in self.others)

    def filtered(self, questions: QuerySet[Question]) -> QuerySet[Question]:
        """The questions that fit; a field with nonsense in it is as if it were empty."""
        self.is_valid()
        asked = self.cleaned_data
        if words := asked.get("q"):
            questions = questions.filter(Q(name__icontains=words) | Q(words__icontains=words))
        if tag := asked.get("tag"):
            questions = questions.filter(tags=tag)
        if code := asked.get("lacks"):
            questions = questions.exclude(languages__contains=f" {code} ")
        if quiz := asked.get("quiz"):
            questions = questions.filter(asked_by([quiz]))
        if use := asked.get("use"):
            is_kept = Exists(QuestionVersion.objects.filter(question_key=OuterRef("key")))
            wanted = {"asked": asked_by(), "idle": ~asked_by(), "ever": Q(is_kept), "never": ~Q(is_kept)}
            questions = questions.filter(wanted[use])
        for name in ("kind", "status"):
            if value := asked.get(name):
                questions = questions.filter(**{name: value})
        return questions


class ManyForm(forms.Form):
    """What is to be done to many questions."""

    deed = forms.ChoiceField(label=_("Do"), choices=Deed.choices)
    tag = forms.CharField(
        label=_("Tag, to add or take away"), required=False, max_length=60, help_text=_("Only for the last two.")
    )

    def clean(self) -> dict[str, Any]:
        """Refuses a tag that is missing, or that would be two."""
        cleaned = super().clean() or {}
        if cleaned.get("deed") not in (Deed.TAG, Deed.UNTAG):
            return {**cleaned, "tag": ""}
        if not cleaned.get("tag"):
            raise forms.ValidationError(_("Write which tag."))
        if "," in cleaned["tag"]:
            raise forms.ValidationError(_("One tag at a time, without commas."))
        return cleaned


class BringForm(forms.Form):
    """A file or a pasted text with questions."""

    file = forms.FileField(label=_("File"), required=False, help_text=_("At most 2 MB."))
    text = forms.CharField(
        label=_("Or paste questions here"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto", "spellcheck": "false"}),
    )
    format = forms.ChoiceField(label=_("Format"), choices=FORMATS, initial=AUTO)
    language = forms.ChoiceField(label=_("Language of the questions"), choices=settings.LANGUAGES, initial="en")

    #: What the file or the text holds, once the form is valid.
    result: Result

    def clean(self) -> dict[str, Any]:
        """Refuses a file that cannot be used, in plain words."""
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file and file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 2 MB. Split it, or ask an operator to bring it."))
        data = file.read() if file else (cleaned.get("text") or "").encode()
        try:
            self.result = read(data, cleaned.get("format") or AUTO, cleaned.get("language") or "en")
        except UnreadableError as fault:
            raise forms.ValidationError(str(fault)) from None
        self.data_text = text_of(data)
        return cleaned


def text_of(data: bytes) -> str | None:
    """A file as a text that can be sent back by a form; None for a package."""
    try:
        return data.decode("utf-16" if data[:2] in UTF_16 else "utf-8-sig")
    except UnicodeDecodeError:
        return None
