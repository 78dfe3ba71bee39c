"""What the database holds, and what it must hold when the drill is over."""

from __future__ import annotations

import email
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail.models import ModelLogEntry

from config.invariants import check_all
from courses.models import Edition, Submission
from organisations.models import Invitation, User
from privacy.models import ErasureRequest
from records.models import Attempt, AttemptDraft, Certificate, Completion

if TYPE_CHECKING:
    from tests.drill.drill import Drill


def written() -> dict[str, int]:
    """How much of what submit, publish and erase write is in the database."""
    return {
        "attempts": Attempt.objects.count(),
        "quizzes under way": AttemptDraft.objects.count(),
        "completions": Completion.objects.count(),
        "certificates": Certificate.objects.count(),
        "editions": Edition.objects.count(),
        "open submissions": Submission.objects.filter(state=Submission.State.OPEN).count(),
        "open requests": ErasureRequest.objects.filter(state=ErasureRequest.State.OPEN).count(),
        "erased people": User.objects.filter(erased_at__isnull=False).count(),
        "erasures in the log": logged_erasures(),
    }


def logged_erasures() -> int:
    """How often the history says that a person was erased."""
    return ModelLogEntry.objects.get_for_model(User).filter(action="privacy.erase").count()


def letters() -> Counter[str]:
    """How many letters came to each address."""
    counts: Counter[str] = Counter()
    for file in Path(settings.EMAIL_FILE_PATH).glob("*.log"):
        for part in file.read_text(errors="replace").split("-" * 79):
            counts.update(email.message_from_string(part.lstrip()).get_all("To", []))
    return counts


def findings(drill: Drill) -> list[tuple[str, int, int]]:
    """What is counted, how many there are, and how many there must be."""
    answered = [key for learner in drill.learners for key in learner.answered]
    wanted = len(drill.learners) * len(drill.plans)
    leaving = len(drill.world.requests)
    approved = Submission.objects.filter(state=Submission.State.APPROVED)
    erased = User.objects.filter(pk__in=[request.person_id for request in drill.world.requests])
    done = ErasureRequest.objects.filter(state=ErasureRequest.State.DONE)
    came, tasks = letters(), DBTaskResult.objects.all()
    return [
        ("handed in and answered", len(answered), wanted),
        ("of those on record", Attempt.objects.filter(idempotency_key__in=answered).count(), wanted),
        ("attempts on record", Attempt.objects.count(), wanted + leaving),
        ("quizzes left half handed in", AttemptDraft.objects.count(), 0),
        ("completions", Completion.objects.count(), wanted + leaving),
        ("certificates", Certificate.objects.count(), wanted + leaving),
        ("submissions approved", approved.count(), len(drill.world.submissions)),
        ("editions made of them", Edition.objects.filter(submission__in=approved).count(), approved.count()),
        ("editions numbered 2", Edition.objects.filter(number=2).count(), approved.count()),
        ("people erased", erased.filter(erased_at__isnull=False).count(), leaving),
        ("requests carried out", done.count(), leaving),
        ("erasures in the log", logged_erasures(), leaving),
        ("invitations", Invitation.objects.count(), len(drill.invited)),
        ("invitations without a letter", sum(not came[to] for to in drill.invited), 0),
        ("tasks that failed", tasks.filter(status=TaskResultStatus.FAILED).count(), 0),
        ("tasks not finished", tasks.filter(finished_at=None).count(), 0),
        ("problems on the way", len(drill.problems), 0),
        *((f"wrong: {result.name}", result.count, 0) for result in check_all()),
    ]


def report(drill: Drill) -> int:
    """Prints the table; 0 when everything is as it must be."""
    killed = ", ".join(f"{what} {count}" for what, count in sorted(drill.site.killed.items()))
    cut = ", ".join(f"{what} {count}" for what, count in sorted(drill.cut.items()))
    repeated = sum(person.repeated for person in drill.people)
    doubled = sum(learner.doubled for learner in drill.learners)
    print(f"Killed in {drill.seconds:.0f} s: {killed}. In the middle of: {cut}.")
    print(f"Presses repeated {repeated}, quizzes handed in twice {doubled}.")
    print(f"Letters that came twice: {sum(count > 1 for count in letters().values())} (allowed).")
    wrong = 0
    for words, found, wanted in findings(drill):
        wrong += found != wanted
        print(f"  {words:<32} {found:>5} of {wanted:<5} {'' if found == wanted else 'WRONG'}".rstrip())
    for problem in drill.problems:
        print(f"  a problem: {problem}")
    print("Nothing is lost and nothing is doubled." if not wrong else f"{wrong} things are wrong.")
    return 1 if wrong else 0
