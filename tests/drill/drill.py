"""What is done, what is killed, and what must be there afterwards."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config.backup import databases
from config.queue import take_back_abandoned
from home.actions import prepare_site
from quizzes.selectors import questions_of
from records.actions.standing import rebuild_standing
from tests.drill.browser import Browser, GaveUp, at_once
from tests.drill.chaos import ALL_PRESSES_DIE, TARGETS, Site
from tests.drill.counting import written
from tests.drill.database import Database
from tests.drill.learner import Learner
from tests.drill.moments import MOMENTS, held
from tests.drill.office import Office
from tests.drill.world import World, make_world, session_of

#: What every drill begins with; the dice choose the rest.
FIRST = [("web and worker", "half way"), ("database", "at the last rows"), ("web and worker", "at the first row")]
PRESSES = ("submit", "publish", "erase")
SECONDS_TO_STAND_STILL = 60


class Drill:
    """People at work on a site whose parts are shot one after another."""

    def __init__(self, database: Database, port: int, folder: Path, dice: random.Random) -> None:
        self.database, self.port, self.folder, self.dice = database, port, folder, dice
        self.gate = threading.Event()
        self.gate.set()
        self.invited: list[str] = []
        #: What was pressed and not answered when something was killed.
        self.cut: Counter[str] = Counter()
        self.problems: list[str] = []
        self.seconds = 0.0

    def prepare(self, *, learners: int, rounds: int, copy: str = "") -> None:
        """Makes the world: who is there, and what they have to do; `copy` is a database that is migrated already."""
        if copy:
            databases.restore(Path(copy))
        else:
            call_command("migrate", verbosity=0)
        prepare_site()
        self.world: World = make_world(learners=learners, rounds=rounds)
        rebuild_standing()
        self.plans = [
            (module.module_key, lesson.lesson_key, self._right_answers(lesson))
            for module in self.world.modules
            for lesson in module.editions.get().lessons.all()
        ]
        self.sessions = [session_of(person) for person in self.world.learners]
        connections.close_all()

    def _open_browsers(self) -> None:
        self.learners = [self._browser(Learner) for _person in self.world.learners]
        for learner, session in zip(self.learners, self.sessions, strict=True):
            learner.cookies["sessionid"] = session
        who = (self.world.reviewer, self.world.lead, self.world.inviting)
        self.reviewer, self.lead, self.inviting = (self._browser(Office, email=person.email) for person in who)

    def _browser(self, kind: type, **more: str) -> Browser:
        return kind(self.port, self.deadline, self.gate, **more)

    @staticmethod
    def _right_answers(lesson) -> dict[str, list[str]]:
        return {question.key: sorted(question.right_keys) for question in questions_of(lesson.quiz_version)}

    @property
    def people(self) -> list[Browser]:
        """Everybody who presses buttons."""
        return [*self.learners, self.reviewer, self.lead, self.inviting]

    def run(self, *, rounds: int, deadline: float) -> None:
        """In each round everybody has something to do, and in the middle of it something is killed."""
        began, self.deadline = time.monotonic(), deadline
        self._open_browsers()
        self.site = Site(self.database, dict(os.environ), self.port, self.folder)
        try:
            self._come_in()
            for number in range(rounds):
                self._round(number)
            self._finish()
        finally:
            self.site.stop()
        self.seconds = time.monotonic() - began

    def _come_in(self) -> None:
        with suppress(GaveUp):
            self.learners[0].insist("GET", "/healthz")
        self.learners[0].repeated = 0
        for person in (self.reviewer, self.lead, self.inviting):
            self._do(person, person.sign_in)

    def _do(self, person: Browser, work: Callable[[], None]) -> None:
        try:
            work()
        except GaveUp as error:
            self.problems.append(str(error))
        if person.problem:
            self.problems.append(person.problem)

    def _round(self, number: int) -> None:
        world, request = self.world, self.world.requests[number]
        address = f"drill{number}@example.org"
        self.invited.append(address)
        work: list[tuple[Browser, Callable[[], None]]] = [
            (learner, lambda learner=learner: learner.take(*self.plans[number])) for learner in self.learners
        ]
        work += [
            (self.reviewer, lambda: self.reviewer.approve(world.submissions[number].pk)),
            (self.lead, lambda: self.lead.erase(request.pk, request.person.email)),
            (self.inviting, lambda: self.inviting.invite(world.organisation.slug, world.role.pk, address)),
        ]
        if number < len(FIRST):
            target, moment = FIRST[number]
        else:
            target, moment = self.dice.choice(TARGETS), self.dice.choice([*MOMENTS, "at any moment"])
        tasks = [lambda person=person, each=each: self._do(person, each) for person, each in work]
        if moment in MOMENTS:
            threads = self._strike_in_the_middle(target, moment, tasks)
        else:
            threads = at_once(tasks)
            time.sleep(self.dice.uniform(0.05, 1.5))
            self._note_cut()
            self.site.kill(target)
            self.site.bring_back(target, self.dice.uniform(0.1, 0.8))
        for thread in threads:
            thread.join(max(0, self.deadline - time.monotonic()))

    def _note_cut(self) -> set[str]:
        pressing = Counter(person.pressing for person in self.people if person.pressing)
        self.cut += pressing
        return set(pressing)

    def _strike_in_the_middle(self, target: str, moment: str, tasks: list) -> list[threading.Thread]:
        """Kills while everybody stands in the middle of a write, and looks at what is left before they press again."""
        with held(self.database.url, MOMENTS[moment]) as tables:
            threads = at_once(tasks)
            # All but the one who invites.
            if not tables.wait_for(len(tasks) - 1, seconds=SECONDS_TO_STAND_STILL):
                self.problems.append(f"not everybody was in the middle of something {moment}")
            before = written()
            if missing := set(PRESSES) - self._note_cut():
                self.problems.append(f"nobody was about to {' or '.join(sorted(missing))} {moment}")
            self.gate.clear()
            self.site.kill(target)
            tables.release()
        if target != "database":
            after = written()
            self.site.bring_back(target, 0)
        else:
            self.site.bring_back(target, self.dice.uniform(0.1, 0.8))
            # Our own connection was cut too.
            connections.close_all()
            after = written()
        if target in ALL_PRESSES_DIE:
            self.problems += [
                f"{name} went from {before[name]} to {after[name]} in a killed write"
                for name in before
                if after[name] != before[name]
            ]
        self.gate.set()
        return threads

    def _finish(self) -> None:
        """No more shots: what a dead worker held is taken back, and the queue is worked off."""
        connections.close_all()
        self.site.worker.terminate()
        self.site.worker.wait(60)
        take_back_abandoned(at=timezone.now() + timedelta(hours=1))
        self.site.worker = self.site.start_worker()
        unfinished = DBTaskResult.objects.filter(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING])
        while unfinished.exists() and time.monotonic() < self.deadline:
            time.sleep(0.5)
