"""An edition is read as on any day on which it was live, with what its facts said then."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from courses.actions import publish_edition, put_back_in_use, retire_module
from courses.models import Edition, ModulePage
from courses.past_editions import edition_on
from tests.factories.cms import text_of
from tests.factories.courses import body, lesson_pages, make_module
from tests.factories.guidance import FactFactory, FactVersionFactory
from tests.factories.organisations import UserFactory
from tests.factories.quizzes import QuizFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def at(month, day, hour=12):
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.fixture
def fact():
    fact = FactFactory(key="days")
    FactVersionFactory(fact=fact, value_en="45 days", starts_on=date(2026, 1, 1))
    FactVersionFactory(fact=fact, value_en="30 days", starts_on=date(2026, 3, 1))
    return fact


@pytest.fixture
def module(fact, reviewer):
    """Live from 5 January, changed on 1 June, out of use from 1 August to 1 October."""
    module = make_module(
        title="Seeing it",
        lessons=[{"title": "One", "body_en": [*body("First words."), ("fact", fact)], "quiz": QuizFactory()}],
        at=at(1, 5),
    )
    [page] = lesson_pages(module)
    page.body_en = [*body('Second words <embed embedtype="fact" id="days"/>.')]
    page.save_revision()
    publish_edition(module=module, by=None, at=at(6, 1), what_changed="Clearer words")
    retire_module(module=module, by=reviewer, at=at(8, 1), reason="The law is being changed.")
    put_back_in_use(module=module, by=reviewer, at=at(10, 1), reason="The law stays.")
    return ModulePage.objects.get(pk=module.pk)


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2026, 1, 4), None),
        (date(2026, 1, 5), 1),
        (date(2026, 5, 31), 1),
        (date(2026, 6, 1), 2),
        (date(2026, 8, 1), 2),
        (date(2026, 8, 2), None),
        (date(2026, 9, 30), None),
        (date(2026, 10, 1), 3),
        (date(2026, 11, 21), 3),
    ],
)
def test_which_edition_was_live_on_a_day(module, day, number):
    line = edition_on(module.module_key, day)
    assert (line and line.edition.number) == number


def test_a_day_begins_in_london():
    module = make_module(at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    assert edition_on(module.module_key, date(2026, 6, 30)) is None
    assert edition_on(module.module_key, date(2026, 7, 1))


def test_it_reads_as_on_the_day(client, module, reviewer):
    client.force_login(reviewer)
    url = reverse("courses:edition", args=[Edition.objects.get(number=1).pk])
    for day, said, other in (("2026-02-28", "45 days", "30 days"), ("2026-03-01", "30 days", "45 days")):
        page = text_of(client.get(url, {"on": day}))
        assert "First words." in page
        assert said in page
        assert other not in page
        assert "Pass mark" in page
    page = text_of(client.get(url))
    assert "As learners read it on 1 June 2026." in page, "without a day, the last one"
    second = reverse("courses:edition", args=[Edition.objects.get(number=2).pk])
    page = text_of(client.get(second))
    assert "Second words" in page
    assert "30 days" in page
    for words in ("Clearer words", "The law is being changed.", "from 1 June 2026, 13:00 to 1 August 2026, 13:00"):
        assert words in page, words
    for wrong in ("2026-05-31", "2026-08-02", "never"):
        response = client.get(second, {"on": wrong})
        assert response.status_code == 400
        assert "govuk-error-summary" in text_of(response)


def test_the_list_leads_to_the_edition_of_a_day(client, module, trainer):
    client.force_login(trainer)
    url = reverse("courses:editions", args=[module.module_key])
    page = text_of(client.get(url))
    assert page.index("Edition 3") < page.index("Edition 2") < page.index("Edition 1")
    response = client.get(url, {"on": "2026-03-01"})
    assert response.url == reverse("courses:edition", args=[Edition.objects.get(number=1).pk]) + "?on=2026-03-01"
    assert "was not in use on that day" in text_of(client.get(url, {"on": "2026-09-01"}))
    assert client.get(url, {"on": "2025-09-01"}).status_code == 400
    assert url in text_of(client.get(reverse("courses:all_editions")))


def test_it_stays_to_be_read_when_the_pages_are_gone(client, module, trainer):
    module.get_parent().delete()
    client.force_login(trainer)
    assert "Seeing it" in text_of(client.get(reverse("courses:all_editions")))
    assert client.get(reverse("courses:editions", args=[module.module_key])).status_code == 200
    page = text_of(client.get(reverse("courses:edition", args=[Edition.objects.get(number=1).pk])))
    assert "First words." in page


def test_each_language_by_itself(client, trainer):
    module = make_module(lessons=[{"display_title_ar": "درس", "body_ar": body("كلمات")}], display_title_ar="وحدة")
    client.force_login(trainer)
    url = reverse("courses:edition", args=[module.editions.get().pk])
    assert "كلمات" not in text_of(client.get(url))
    assert "كلمات" in text_of(client.get(url, {"language": "ar"}))
    assert client.get(url, {"language": "xx"}).context["code"] == "en"


def test_others_do_not_read_them(client, module):
    client.force_login(UserFactory())
    for address in (
        reverse("courses:all_editions"),
        reverse("courses:editions", args=[module.module_key]),
        reverse("courses:edition", args=[Edition.objects.first().pk]),
    ):
        assert client.get(address).status_code in (302, 403)


@pytest.mark.parametrize("size", [1, 4])
def test_the_lists_cost_the_same_for_any_number(client, trainer, size, django_assert_max_num_queries):
    module = make_module(at=at(1, 5))
    for number in range(size):
        publish_edition(module=module, by=trainer, at=at(2, 1) + timedelta(days=number))
        make_module()
    client.force_login(trainer)
    for name, args in (("all_editions", []), ("editions", [module.module_key])):
        address = reverse(f"courses:{name}", args=args)
        client.get(address)
        with django_assert_max_num_queries(40) as taken:
            client.get(address)
        assert len(taken) == QUERIES.setdefault(name, len(taken)), name


#: How many queries each list took at the first size; the second must take as many.
QUERIES: dict[str, int] = {}
