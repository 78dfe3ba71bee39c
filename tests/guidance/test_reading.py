"""Looking back: what is drawn inside `reading_as_of` quotes facts as they stood then."""

from __future__ import annotations

from datetime import date

import pytest

from courses.rendering import rendered_lesson
from courses.selectors import lessons_of, live_edition_of
from guidance.reading import reading_as_of, reading_day
from organisations.clock import today as london_today
from tests.factories.courses import make_module
from tests.factories.guidance import FactFactory, FactVersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def test_days_nest_and_end_also_after_an_error():
    assert reading_day() == london_today()
    with reading_as_of(date(2025, 2, 1)):
        with reading_as_of(date(2024, 2, 1)):
            assert reading_day() == date(2024, 2, 1)
        with pytest.raises(KeyError), reading_as_of(date(2024, 2, 1)):
            {}["nothing"]
        assert reading_day() == date(2025, 2, 1)
    assert reading_day() == london_today()


def test_a_lesson_quotes_the_facts_of_the_day_also_from_the_cache():
    fact = FactFactory()
    FactVersionFactory(fact=fact, value_en="45 days", starts_on=date(2025, 1, 1))
    FactVersionFactory(fact=fact, value_en="30 days", starts_on=date(2026, 4, 1))
    edition = live_edition_of(make_module(lessons=[{"body_en": [("fact", fact)]}]))
    for _again in range(2):
        assert "30 days" in rendered_lesson(lessons_of(edition)[0]).html
        with reading_as_of(date(2026, 3, 31)):
            assert "45 days" in rendered_lesson(lessons_of(edition)[0]).html
