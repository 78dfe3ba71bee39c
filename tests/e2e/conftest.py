"""A browser, and what every page must hold to."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import RLock
from threading import enumerate as enumerate_threads
from time import monotonic

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.core.handlers.base import BaseHandler
from django.db import connection, connections
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

#: The shell draws pages as Chromium does and has no windows, tabs and menus of its own, which cost half of its time.
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None)
HINT = "Chromium is not installed: apt-get install chromium-headless-shell"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What fades in has faded in, and what moves for a while has come to rest.
COME_TO_REST = """() => document.getAnimations()
    .filter((each) => each.playState === "running" && each.effect.getComputedTiming().endTime !== Infinity)
    .forEach((each) => each.finish())"""
#: What is right on a page is much longer to tell than what is wrong.
ONLY_FAULTS = f"""part => axe.run(part || document, {{runOnly: {WCAG}, resultTypes: ["violations"]}})
    .then(found => found.violations)"""
#: The tests that take longest, in that order.
LONGEST = (
    "test_lead",
    "test_author",
    "test_a_change_from_comment_to_looking_back",
    "test_learn",
    "test_every_kind",
    "test_a_certificate_from_its_download_to_its_end",
    "test_a_trainer_quotes_and_checks_and_a_learner_reads",
    "test_a_module_by_keyboard",
)
HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder drives the browser; they come last, the long ones first: processes end together."""
    ours = [item for item in items if HERE in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.django_db(transaction=True))
    names = {name: place for place, name in enumerate(LONGEST)}
    is_whole = len({item.path for item in ours}) == len(list(HERE.glob("test_*.py")))
    assert not is_whole or set(names) <= {item.originalname for item in ours}, "A test in LONGEST is gone."
    ours.sort(key=lambda item: names.get(item.originalname, len(names)))
    items[:] = [item for item in items if HERE not in item.path.parents] + ours


@pytest.fixture(scope="session")
def browser(django_db_setup, django_db_blocker) -> Iterator[Browser]:
    """The installed Chromium, without a window."""
    if CHROMIUM is None:
        pytest.fail(HINT) if os.environ.get("REQUIRE_ALL") else pytest.skip(HINT)
    # Playwright's loop runs in this thread; the ORM would refuse to work beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield chromium
        with django_db_blocker.unblock():
            connections.close_all()
        chromium.close()


@pytest.fixture(autouse=True)
def _one_request_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite in memory refuses, without waiting, what two requests ask of one table; pages of the CMS send several."""
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():
        return
    # A preview in the CMS asks for a page within a request.
    lock, answer = RLock(), BaseHandler.get_response

    def get_response(handler, request):
        with lock:
            return answer(handler, request)

    monkeypatch.setattr(BaseHandler, "get_response", get_response)


class Visitor:
    """One person at one browser, with what went wrong in it."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, kind: str, text: str) -> None:
        # A page that answers 403 or 404 is written to the console as an error, and is meant.
        if kind == "error" and "Failed to load resource" not in text:
            self.complaints.append(text)

    def goto(self, path: str) -> Page:
        """Opens a path of the site."""
        self.page.goto(path if path.startswith("http") else self.address + path)
        return self.page

    def keep_picture(self, name: str) -> None:
        """Keeps what the page looks like on a wide and on a narrow screen, where SCREENSHOTS names a folder."""
        if folder := os.environ.get("SCREENSHOTS"):
            size = self.page.viewport_size
            for width in (1280, 320):
                self.page.set_viewport_size({"width": width, "height": 900})
                self.page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
            self.page.set_viewport_size(size)

    def check_accessibility(self, part: str | None = None) -> None:
        """No fault in the page, or in the part of it that the selector finds, and no policy violation."""
        # A message that is still fading in has too little contrast for a moment.
        self.page.evaluate(COME_TO_REST)
        # Wagtail brings an older one of its own.
        if not self.page.evaluate("'axeIsOurs' in window"):
            self.page.evaluate(f"{AXE_SCRIPT}; window.axeIsOurs = true")
        faults = [
            f"{item['id']}: {[node['html'][:160] for node in item['nodes'][:3]]}"
            for item in self.page.evaluate(ONLY_FAULTS, part)
        ]
        assert faults == [], f"{self.page.url}: {faults}"
        assert self.complaints == [], f"{self.page.url}: {self.complaints}"

    def check_page(self, heading: str) -> None:
        """One h1, no accessibility fault, no sideways scrolling at 320 px, no policy violation."""
        page = self.page
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator("h1")).to_contain_text(heading)
        self.check_accessibility()
        size = page.viewport_size
        page.set_viewport_size({"width": 320, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, f"{page.url} is {wide} px wide on a 320 px screen"
        page.set_viewport_size(size)


@pytest.fixture
def visitor(browser: Browser, live_server, settings) -> Iterator:
    """Makes visitors: `visitor()` each time a new person comes, `visitor(java_script_enabled=False)` and so on."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.BASE_URL = live_server.url
    contexts = []

    def come(**options) -> Visitor:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        options.setdefault("locale", "en-GB")
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Visitor(context, live_server.url)

    yield come
    for context in contexts:
        context.close()
    # What a browser left unfinished ends before the database is put back, and before the server goes.
    until = monotonic() + 10
    for thread in [each for each in enumerate_threads() if "process_request_thread" in each.name]:
        thread.join(max(0, until - monotonic()))
        assert not thread.is_alive(), f"{thread.name} still answers a request of this test."
