"""What is done, what is killed, and what must be there afterwards."""

from __future__ import annotations

import email
import random
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail.models import ModelLogEntry

from config.invariants import check_all
from config.queue import take_back_abandoned
from courses.models import Edition, Submission
from home.actions import prepare_site
from organisations.actions import invite_person
from organisations.models import Invitation, User
from privacy.models import ErasureRequest
from quizzes.selectors import questions_of
from records.actions.standing import rebuild_standing
from records.models import Attempt, AttemptDraft, Certificate, Completion
from tests.drill.chaos import Site
from tests.drill.database import Database
from tests.drill.learner import GaveUp, Learner, at_once
from tests.drill.world import World, make_world, session_of


class Drill:
    """People at work on a site whose parts are shot one after another."""

    def __init__(self, database: Database, port: int, folder: Path, dice: random.Random) -> None:
        self.database, self.port, self.folder, self.dice = database, port, folder, dice
        self.learners: list[Learner] = []
        self.invited: list[str] = []
        self.seconds = 0.0

    def prepare(self, **sizes: int) -> None:
        """Makes the world and starts the site."""
        import os

        call_command("migrate", verbosity=0)
        prepare_site()
        self.world: World = make_world(**sizes)
        rebuild_standing()
        self.sessions = [session_of(person) for person in self.world.learners]
        self.plans = [
            (module.module_key, lesson.lesson_key, self._right_answers(lesson))
            for module in self.world.modules
            for lesson in module.editions.get().lessons.all()
        ]
        connections.close_all()
        self.site = Site(self.database, dict(os.environ), self.port, self.folder)

    @staticmethod
    def _right_answers(lesson) -> dict[str, list[str]]:
        return {question.key: sorted(question.right_keys) for question in questions_of(lesson.quiz_version)}

    def run(self, *, rounds: int, deadline: float) -> None:
        """Everybody works; meanwhile, at moments that the dice choose, something is killed."""
        began = time.monotonic()
        self.learners = [Learner(self.port, session, deadline) for session in self.sessions]
        self._wait_until_it_answers(deadline)
        threads = at_once([lambda each=each: self._learn(each) for each in self.learners])
        self.site.start_office(self.world.reviewer.pk)
        try:
            for number in range(rounds):
                time.sleep(self.dice.uniform(0.3, 2.0))
                self._invite(f"drill{number}@example.org")
                self.site.strike(self.dice, self.world.reviewer.pk)
            for thread in threads:
                thread.join(max(0, deadline - time.monotonic()))
            self._finish(deadline)
        finally:
            self.site.stop()
        self.seconds = time.monotonic() - began

    def _wait_until_it_answers(self, deadline: float) -> None:
        self.learners[0].insist("GET", "/healthz")
        self.learners[0].repeated = 0

    def _learn(self, learner: Learner) -> None:
        try:
            for plan in self.plans:
                learner.take(*plan)
        except GaveUp as error:
            learner.problem = str(error)

    def _invite(self, address: str) -> None:
        """A lead invites somebody; what was not answered is tried again."""
        for _attempt in range(100):
            try:
                if not Invitation.objects.filter(email=address).exists():
                    invite_person(
                        organisation=self.world.organisation,
                        role=self.world.membership.role,
                        email=address,
                        by=None,
                        at=timezone.now(),
                    )
                break
            except DatabaseError:
                connections.close_all()
                time.sleep(0.2)
        self.invited.append(address)

    def _finish(self, deadline: float) -> None:
        """No more shots: what is left is done, and what a dead worker held is taken back."""
        # Our own connection may be one of those that were cut.
        connections.close_all()
        while time.monotonic() < deadline:
            self.site.start_office(self.world.reviewer.pk)
            waiting = Submission.objects.filter(state=Submission.State.OPEN).exists()
            if not waiting and not ErasureRequest.objects.filter(state=ErasureRequest.State.OPEN).exists():
                break
            time.sleep(0.3)
        self.site.worker.terminate()
        self.site.worker.wait(60)
        take_back_abandoned(at=timezone.now() + timedelta(hours=1))
        self.site.worker = self.site.start_worker()
        unfinished = DBTaskResult.objects.filter(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING])
        while unfinished.exists() and time.monotonic() < deadline:
            time.sleep(0.5)

    # --- What must be true ---------------------------------------------------------------------
    def letters(self) -> Counter[str]:
        """How many letters came to each address."""
        counts: Counter[str] = Counter()
        for file in Path(settings.EMAIL_FILE_PATH).glob("*.log"):
            for part in file.read_text(errors="replace").split("-" * 79):
                counts.update(email.message_from_string(part.lstrip()).get_all("To", []))
        return counts

    def logged_erasures(self) -> int:
        """How often the history says that a person was erased."""
        return ModelLogEntry.objects.get_for_model(User).filter(action="privacy.erase").count()

    def findings(self) -> list[tuple[str, int, int]]:
        """What is counted, how many there are, and how many there must be."""
        answered = [key for learner in self.learners for key in learner.answered]
        wanted = len(self.learners) * len(self.plans)
        leaving = len(self.world.leaving)
        erased = User.objects.filter(pk__in=[person.pk for person in self.world.leaving], erased_at__isnull=False)
        approved = Submission.objects.filter(state=Submission.State.APPROVED)
        letters = self.letters()
        tasks = DBTaskResult.objects.all()
        return [
            ("handed in and answered", len(answered), wanted),
            ("of those on record", Attempt.objects.filter(idempotency_key__in=answered).count(), wanted),
            ("attempts on record", Attempt.objects.count(), wanted + leaving),
            ("quizzes left half handed in", AttemptDraft.objects.count(), 0),
            ("completions", Completion.objects.count(), wanted + leaving),
            ("certificates", Certificate.objects.count(), wanted + leaving),
            ("submissions approved", approved.count(), len(self.world.submissions)),
            ("editions made of them", Edition.objects.filter(submission__in=approved).count(), approved.count()),
            ("editions numbered 2", Edition.objects.filter(number=2).count(), approved.count()),
            ("people erased", erased.count(), leaving),
            ("erasures in the log", self.logged_erasures(), leaving),
            ("invitations", Invitation.objects.count(), len(self.invited)),
            ("invitations without a letter", sum(not letters[to] for to in self.invited), 0),
            ("tasks that failed", tasks.filter(status=TaskResultStatus.FAILED).count(), 0),
            ("tasks not finished", tasks.filter(finished_at=None).count(), 0),
            ("learners with a problem", sum(bool(learner.problem) for learner in self.learners), 0),
            *((f"wrong: {result.name}", result.count, 0) for result in check_all()),
        ]

    def report(self) -> int:
        """Prints the table; 0 when everything is as it must be."""
        killed = ", ".join(f"{what} {count}" for what, count in sorted(self.site.killed.items()))
        repeated = sum(learner.repeated for learner in self.learners)
        doubled = sum(learner.doubled for learner in self.learners)
        print(f"Killed in {self.seconds:.0f} s: {killed}. Presses repeated {repeated}, handed in twice {doubled}.")
        print(f"Letters that came twice: {sum(count > 1 for count in self.letters().values())} (allowed).")
        wrong = 0
        for words, found, wanted in self.findings():
            wrong += found != wanted
            print(f"  {words:<32} {found:>5} of {wanted:<5} {'' if found == wanted else 'WRONG'}".rstrip())
        for learner in self.learners:
            if learner.problem:
                print(f"  a learner: {learner.problem}")
        print("Nothing is lost and nothing is doubled." if not wrong else f"{wrong} things are wrong.")
        return 1 if wrong else 0
