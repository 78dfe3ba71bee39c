"""What must always be true of an installation's data, checked row by row: after a restore, or whenever somebody asks.

Reads only. Each check gives plain sentences, one for each thing that is wrong; none means that all is well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.models import Count, F, Max, Min, Q
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

from config.backup.media import names_in
from courses.models import Edition, EditionLesson
from courses.rules import content_hash
from organisations.models import User
from quizzes.drafts import canonical_hash
from quizzes.models import QuestionVersion
from records.models import Attempt, Certificate, Completion, Enrolment
from records.selectors.expected_standing import batches_of_people, standing_differences
from records.selectors.remarking import remarked
from reporting.models import Report
from reporting.publishing import checksum_of

#: Sentences shown of one check; the rest are counted.
SHOWN = 10
#: Rows read at once.
CHUNK = 500


@dataclass(frozen=True)
class Result:
    """A check with what it found."""

    name: str
    problems: tuple[str, ...]
    #: How many there were in all.
    count: int


def check_all() -> list[Result]:
    """Every check, in an order in which the first fault explains the later ones."""
    results = []
    for name, check in CHECKS.items():
        try:
            found = check()
            shown = tuple(islice(found, SHOWN))
            results.append(Result(name, shown, len(shown) + sum(1 for _ in found)))
        except DatabaseError as error:
            results.append(Result(name, (f"The database could not be read: {type(error).__name__}.",), 1))
    return results


def links_between_rows() -> Iterator[str]:
    """Every row that another names is there."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for (answer,) in cursor.execute("PRAGMA integrity_check").fetchall():
                if answer != "ok":
                    yield f"The database file is damaged: {answer}."
            for table, row, other, _number in cursor.execute("PRAGMA foreign_key_check").fetchall():
                yield f"Row {row} of {table} names a row of {other} that is not there."
        else:
            cursor.execute("SELECT conname FROM pg_constraint WHERE NOT convalidated")
            for (name,) in cursor.fetchall():
                yield f"The database does not vouch for its rule {name}."


def numbers_of_new_rows() -> Iterator[str]:
    """The next number that the database gives out is free (PostgreSQL keeps it beside the table)."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND is_identity = 'YES' ORDER BY 1"
        )
        for table, column in cursor.fetchall():
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', column])
            sequence = cursor.fetchone()[0]
            table_name, column_name = connection.ops.quote_name(table), connection.ops.quote_name(column)
            cursor.execute(f"SELECT max({column_name}) FROM {table_name}")  # noqa: S608 -- names from the database
            last = cursor.fetchone()[0]
            cursor.execute(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608
            value, is_called = cursor.fetchone()
            if last is not None and (value < last or (value == last and not is_called)):
                yield f"New rows of {table} would get a number that is taken ({value}, but {last} is there)."


def page_tree() -> Iterator[str]:
    """Pages lie in one whole tree."""
    words = (
        "has letters in its path that do not belong there",
        "has a path of the wrong length",
        "has no page above it",
        "lies at the wrong depth",
        "counts its pages wrongly",
    )
    for problem, pages in zip(words, Page.find_problems(), strict=True):
        for page in pages:
            yield f"Page {page} {problem}. Run manage.py fixtree."


def editions() -> Iterator[str]:
    """Each module's editions are numbered from 1 without holes, and at most one is live."""
    rows = Edition.objects.values("module_key").annotate(
        first=Min("number"), last=Max("number"), how_many=Count("pk"), live=Count("pk", filter=Q(is_live=True))
    )
    for row in rows.order_by("module_key").iterator():
        if row["live"] > 1:
            yield f"Module {row['module_key']} has {row['live']} live editions."
        if (row["first"], row["last"]) != (1, row["how_many"]):
            numbers = f"{row['how_many']} editions, numbered {row['first']} to {row['last']}"
            yield f"Module {row['module_key']} has {numbers}."


def approved_words() -> Iterator[str]:
    """Lessons and questions that were approved are still what was approved."""
    for lesson in EditionLesson.objects.filter(lesson__isnull=False).iterator(chunk_size=CHUNK):
        entry = {
            "page": lesson.lesson_id,
            "key": str(lesson.lesson_key),
            "content": lesson.content,
            "role_slugs": lesson.role_slugs,
            "quiz_version": lesson.quiz_version_id,
        }
        if content_hash(entry) != lesson.content_hash:
            yield f"Lesson {lesson.pk} of edition {lesson.edition_id} is not what was approved."
    for version in QuestionVersion.objects.iterator(chunk_size=CHUNK):
        if canonical_hash({"kind": version.kind, "content": version.content}) != version.content_hash:
            yield f"Version {version.number} of question {version.question_key} is not what was frozen."


def attempts() -> Iterator[str]:
    """Each attempt, marked again from its own row, comes out the same; its number follows the one before."""
    for pk, problem in remarked():
        if problem:
            yield f"Attempt {pk}: {problem}."
    places = Attempt.objects.values("enrolment", "lesson_key").annotate(how_many=Count("pk"), last=Max("number"))
    for row in places.exclude(how_many=F("last")).order_by("enrolment"):
        yield f"Enrolment {row['enrolment']} has {row['how_many']} attempts, but the last is number {row['last']}."


def completions() -> Iterator[str]:
    """Work that has ended as completed has its completion, and each completion its ended work."""
    without = Enrolment.objects.filter(state=Enrolment.State.COMPLETED, completion__isnull=True)
    for pk in without.order_by("pk").values_list("pk", flat=True):
        yield f"Enrolment {pk} is completed, but nothing is on record for it."
    open_still = Completion.objects.filter(enrolment__isnull=False).exclude(enrolment__state=Enrolment.State.COMPLETED)
    for pk in open_still.order_by("pk").values_list("pk", flat=True):
        yield f"Completion {pk} is on record, but the work for it goes on."


def certificates() -> Iterator[str]:
    """Each certificate says what its completion says, and none stands for one that was struck out."""
    for certificate in Certificate.objects.select_related("completion").iterator(chunk_size=CHUNK):
        completion = certificate.completion
        if completion.voided_at and certificate.revoked_at is None and certificate.superseded_at is None:
            yield f"Certificate {certificate.pk} stands, but its completion was struck out."
        said = certificate.payload.get("completed_on")
        if said and said != completion.completed_on.isoformat():
            yield f"Certificate {certificate.pk} names {said}, but its completion is of {completion.completed_on}."


def appointments() -> Iterator[str]:
    """Whoever was ever appointed is marked so: for everybody else no page looks for an appointment."""
    people = User.objects.filter(appointments__isnull=False, has_been_appointed=False)
    for pk in people.order_by("pk").distinct().values_list("pk", flat=True):
        yield f"Person {pk} was appointed, but their row does not say so."


def erased_people() -> Iterator[str]:
    """Of somebody whose details were removed there is no name, no address and no named certificate."""
    people = User.objects.filter(erased_at__isnull=False)
    for pk in people.exclude(name="", email="").order_by("pk").values_list("pk", flat=True):
        yield f"Person {pk} was erased, but a name or an address is still there."
    theirs = Certificate.objects.filter(completion__person__erased_at__isnull=False)
    for pk in theirs.exclude(payload__name="", person=None).order_by("pk").values_list("pk", flat=True):
        yield f"Certificate {pk} still names somebody who was erased."


def standing() -> Iterator[str]:
    """Where members stand follows from memberships, requirements and completions."""
    for people in batches_of_people():
        different = standing_differences(people)
        for row in different.missing:
            yield f"Standing is missing for membership {row.membership_id} from {row.required_from}."
        for pk in different.surplus:
            yield f"Standing {pk} should not be there. Run manage.py rebuild_standing."


def reports() -> Iterator[str]:
    """What was published still has the checksum that it was published with."""
    published = Report.objects.filter(published_at__isnull=False).order_by("pk").only("payload", "checksum")
    for report in published.iterator(chunk_size=CHUNK):
        if checksum_of(report.payload or {}) != report.checksum:
            yield f"Report {report.pk} is no longer what was published."


def uploads() -> Iterator[str]:
    """Every picture and document that the database names is there."""
    image, document = get_image_model(), get_document_model()
    for model in (image, document):
        for pk, name in model.objects.order_by("pk").values_list("pk", "file").iterator():
            if not default_storage.exists(name):
                yield f"The file of {model._meta.verbose_name} {pk} is not there: {name}."


def unused_uploads() -> list[str]:
    """Files that no row names: no fault, only room taken."""
    image, document = get_image_model(), get_document_model()
    named = {
        name
        for rows in (image.objects, image.get_rendition_model().objects, document.objects)
        for name in rows.values_list("file", flat=True).iterator()
    }
    return sorted(name for name, _size in names_in(default_storage) if name not in named)


CHECKS: dict[str, Callable[[], Iterator[str]]] = {
    "links between rows": links_between_rows,
    "numbers of new rows": numbers_of_new_rows,
    "page tree": page_tree,
    "editions": editions,
    "approved words": approved_words,
    "attempts": attempts,
    "completions": completions,
    "certificates": certificates,
    "appointments": appointments,
    "erased people": erased_people,
    "standing": standing,
    "reports": reports,
    "uploads": uploads,
}
