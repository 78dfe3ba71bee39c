"""What trainers fill in about the bank: which questions they look for, and a file to bring."""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from quizzes.actions import Deed
from quizzes.formats import own_json
from quizzes.formats.items import LARGEST_FILE, Result, UnreadableError
from quizzes.formats.reading import AUTO, read
from quizzes.formats.texts import UTF_16
from quizzes.kinds.registry import KINDS
from quizzes.leaving import asked_by
from quizzes.models import Question, QuestionVersion, Quiz, Tag

MB = 1024 * 1024
#: What a page sends back as text, so that a file need not be chosen again; Django takes no text much longer.
LARGEST_TEXT = 2 * MB
#: What one request saves within some twenty seconds on one core; more comes in by `manage.py import_questions`.
MOST_AT_ONCE = 8_000
MOST_PICTURES = 1_000
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

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=format_lazy(
            _(
                "At most {size} MB, {most} questions and {pictures} pictures. Split a larger file and bring the parts "
                "one after another, or ask an operator to bring it whole."
            ),
            size=LARGEST_FILE // MB,
            most=f"{MOST_AT_ONCE:,}",
            pictures=f"{MOST_PICTURES:,}",
        ),
    )
    text = forms.CharField(
        label=_("Or paste questions here"),
        required=False,
        strip=False,
        help_text=format_lazy(_("At most {size} MB. Bring more as a file."), size=LARGEST_TEXT // MB),
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto", "spellcheck": "false"}),
    )
    format = forms.ChoiceField(label=_("Format"), choices=FORMATS, initial=AUTO)
    language = forms.ChoiceField(label=_("Language of the questions"), choices=settings.LANGUAGES, initial="en")

    #: The mark of the file whose questions were shown, where the page could not hold it as text.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    #: What the file or the text holds, once the form is valid.
    result: Result
    #: The same as a text for the page, with its format; none where it is too large.
    kept: tuple[str, str] | None

    def clean(self) -> dict[str, Any]:
        """Refuses a file that cannot be used, in plain words."""
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file and file.size > LARGEST_FILE:
            words = _(
                "The file is larger than %(size)s MB. Nothing was read or saved. Split it and bring the parts one "
                "after another, or ask an operator."
            )
            raise forms.ValidationError(words, params={"size": LARGEST_FILE // MB})
        text = cleaned.get("text") or ""
        if cleaned.get("seen") and not file and not text:
            raise forms.ValidationError(_("Choose the file once more: it is too large to stay in the page."))
        data = file.read() if file else text.encode()
        try:
            self.result = read(data, cleaned.get("format") or AUTO, cleaned.get("language") or "en")
        except UnreadableError as fault:
            raise forms.ValidationError(str(fault)) from None
        self._refuse_too_many()
        self.kept = text_of(data, self.result)
        return cleaned

    def _refuse_too_many(self) -> None:
        count = len(self.result.items)
        pictures = sum(bool(item.content.get("picture")) for item in self.result.items)
        if count > MOST_AT_ONCE or pictures > MOST_PICTURES:
            words = _(
                "These are %(count)s questions, %(pictures)s of them with a picture. This page takes at most "
                "%(most)s questions and %(most_pictures)s pictures at once. Nothing was saved. Split the file and "
                "bring the parts one after another, or ask an operator to bring it whole."
            )
            numbers = {"count": count, "pictures": pictures, "most": MOST_AT_ONCE, "most_pictures": MOST_PICTURES}
            raise forms.ValidationError(words, params={name: f"{number:,}" for name, number in numbers.items()})

    @property
    def is_unseen(self) -> bool:
        """Whether this brings a file of which nobody has been shown what it holds."""
        return bool(self.cleaned_data["file"]) and self.cleaned_data["seen"] != self.mark

    @cached_property
    def mark(self) -> str:
        """By which the same file is known again."""
        file: UploadedFile = self.cleaned_data["file"]
        file.seek(0)
        mark = sha256()
        for chunk in file.chunks():
            mark.update(chunk)
        return mark.hexdigest()

    def sent_back(self) -> BringForm:
        """The form that brings in what was shown: with the file as a text, or to choose a large one once more."""
        if self.kept is not None:
            text, name = self.kept
            return BringForm(initial={**self.cleaned_data, "file": None, "text": text, "format": name, "seen": ""})
        form = BringForm(initial={**self.cleaned_data, "file": None, "text": "", "seen": self.mark})
        form.fields["file"].widget.attrs["required"] = True
        return form


def text_of(data: bytes, result: Result) -> tuple[str, str] | None:
    """A file as a text that a page can hold, and its format: a package becomes our JSON; None for a large one."""
    if len(data) > LARGEST_TEXT:
        return None
    try:
        text, name = data.decode("utf-16" if data[:2] in UTF_16 else "utf-8-sig"), result.format
    except UnicodeDecodeError:
        text, name = own_json.write(result.items).data.decode(), "json"
    return (text, name) if len(text.encode()) <= LARGEST_TEXT else None
