"""What a file on its way in can be about. Each kind is registered once; apps above register their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from django.urls import reverse
from django.utils.translation import gettext as _

from organisations.imports.reading import Table
from organisations.imports.words import FIELDS, REASONS
from organisations.models import ImportRow, ImportRun

#: A staged row as it is kept: run, number in the file, outcome, values, refusals, cells, membership.
Staged: TypeAlias = tuple[int, int, str, dict[str, Any], list[list[str]], list[str], int | None]
#: Called between transactions.
AfterChunk: TypeAlias = Callable[[], None]


@dataclass(frozen=True)
class Question:
    """Something to decide with a tick before the rows are read."""

    label: Any
    help_text: Any = ""
    is_ticked: bool = False
    #: Whether it is not for who leads units to decide.
    is_of_whole: bool = False


@dataclass(frozen=True)
class Hint:
    """Something that the lead should know before saving, perhaps with where to go."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class ImportKind:
    """How files about one thing are read, compared, shown and saved."""

    name: str
    title: Any
    #: What its columns can hold, each with the headings that files give it.
    columns: Mapping[str, tuple[str, ...]]
    #: Of the columns those that a file must have and lacks, given whether a role is chosen for everybody.
    missing: Callable[[Mapping[str, int], bool], list[str]]
    #: Compares a table with what is there; writes nothing.
    plan: Callable[[ImportRun, Table, datetime], list[Staged]]
    #: Saves what is left of a run, chunk by chunk.
    save: Callable[[ImportRun, datetime, AfterChunk], None]
    #: Some staged rows, each in a few words.
    examples: Callable[[list[ImportRow]], list[str]]
    #: Where its pages are: the namespace, and the page of what the file fills.
    namespace: str
    list_page: str
    #: Columns of the file with the headings to fill in, where these are not all.
    template: tuple[str, ...] = ()
    field_words: Mapping[str, Any] = field(default_factory=dict)
    reason_words: Mapping[str, Any] = field(default_factory=dict)
    #: By the name under which the run keeps the answer.
    questions: Mapping[str, Question] = field(default_factory=dict)
    hints: Callable[[ImportRun], list[Hint]] = lambda _run: []
    #: Whether its files are about the organisations of a partnership rather than about one.
    is_of_partnership: bool = False

    def questions_of(self, run: ImportRun) -> Mapping[str, Question]:
        """What is asked of whoever brought this file."""
        return {name: asked for name, asked in self.questions.items() if not (run.is_of_units and asked.is_of_whole)}

    def address(self, part: str, *args: object) -> str:
        """One of its pages: `import_new`, `import`, `import_apply` and so on."""
        return reverse(f"{self.namespace}:{self.name}_{part}", args=args)

    def list_url(self, slug: str) -> str:
        """The page of what the file fills."""
        return reverse(self.list_page, args=[] if self.is_of_partnership else [slug])

    def name_of(self, column: str) -> str:
        """What a column is called on screen."""
        return str(self.field_words.get(column) or FIELDS[column])

    def reason(self, refusal: Sequence[str]) -> str:
        """Why something is refused, as it is kept, with the other row that it is about.

        What an earlier version refused may be for a reason that is given no more.
        """
        _field, why, _text, *beside = refusal
        words = self.reason_words.get(why) or REASONS.get(why)
        told = str(words or _("It was not taken then. Bring the file again."))
        return f"{told} {_('See also row %(number)s.') % {'number': beside[0]}}" if beside else told


_kinds: dict[str, ImportKind] = {}


def register_import_kind(kind: ImportKind) -> None:
    """Lets an app say how files of a kind are dealt with; called once, from its AppConfig.ready()."""
    _kinds[kind.name] = kind


def kind_of(name: str) -> ImportKind:
    """The kind that is registered under a name."""
    return _kinds[name]
