"""The CMS: trainers keep sources, facts and contacts; another partnership's contacts stay closed."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from guidance.models import Contact, Fact, FactVersion, Source
from organisations.actions import appoint
from organisations.models import Appointment
from tests.factories.cms import text_of
from tests.factories.courses import make_reviewer, make_trainer
from tests.factories.guidance import ContactFactory, FactFactory, FactVersionFactory, SourceFactory
from tests.factories.organisations import OrganisationFactory, PartnershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def partnership():
    return PartnershipFactory()


@pytest.fixture
def trainer(partnership):
    return make_trainer(partnership)


@pytest.fixture
def operator(trainer):
    person = UserFactory()
    appoint(person=person, kind=Appointment.Kind.OPERATOR, by=None, started_on=date(2026, 1, 5))
    return person


def url(model, view, *args):
    return reverse(f"wagtailsnippets_guidance_{model}:{view}", args=args)


def fact_form(*versions, label="People referred", initial=0):
    data = {
        "label_en": label,
        "key": "referred",
        "versions-TOTAL_FORMS": len(versions),
        "versions-INITIAL_FORMS": initial,
        "versions-MIN_NUM_FORMS": 1,
        "versions-MAX_NUM_FORMS": 1000,
    }
    for number, version in enumerate(versions):
        given = {"id": "", "confidence": "high", "checked_on": "2026-11-01", "review_by": "2027-11-01", **version}
        data |= {f"versions-{number}-{name}": value for name, value in given.items()}
    return data


def test_a_trainer_writes_a_fact_and_adds_what_it_says_later(client, trainer):
    source = SourceFactory()
    client.force_login(trainer)
    version = {"value_en": "23", "value_ar": "٢٣", "source": source.pk, "starts_on": "2026-01-01"}
    assert client.post(url("fact", "add"), fact_form(version)).status_code == 302
    fact = Fact.objects.get()
    kept = fact.versions.get()
    assert (kept.value_en, kept.value_ar) == ("23", "٢٣")

    later = {"value_en": "24", "source": source.pk, "starts_on": "2026-11-01"}
    both = fact_form({**version, "id": kept.pk}, later, initial=1)
    assert client.post(url("fact", "edit", fact.pk), both).status_code == 302
    assert list(fact.versions.values_list("value_en", flat=True)) == ["24", "23"]
    assert "24" in text_of(client.get(url("fact", "list")))

    without = both | {
        "versions-INITIAL_FORMS": 2,
        "versions-1-id": fact.versions.first().pk,
        "versions-1-DELETE": "on",
    }
    response = client.post(url("fact", "edit", fact.pk), without)
    assert "has been in force stays" in text_of(response)
    assert fact.versions.count() == 2


def test_a_fact_needs_its_english_words_and_a_version(client, trainer):
    client.force_login(trainer)
    assert client.post(url("fact", "add"), fact_form()).status_code == 200
    version = {"value_en": "", "source": SourceFactory().pk, "starts_on": "2026-01-01"}
    assert client.post(url("fact", "add"), fact_form(version)).status_code == 200
    assert not Fact.objects.exists()


def contact_form(**fields):
    return {"label_en": "Helpline", "key": "helpline", "number": "08000 121 700", "scope": "national",
            "position": "10", "confidence": "high", "purpose": "helpline", "opening": "unverified",
            **{f"opening_times-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS")},
            "opening_times-MAX_NUM_FORMS": "", **fields}  # fmt: skip


def test_a_trainer_writes_a_contact_with_a_number_that_can_be_dialled(client, trainer):
    client.force_login(trainer)
    response = client.post(url("contact", "add"), contact_form(number="0800-12"))
    assert "is not a telephone number" in text_of(response)
    assert client.post(url("contact", "add"), contact_form()).status_code == 302
    assert Contact.objects.get().number == "08000 121 700"


def test_a_trainer_keeps_to_their_own_partnership(client, trainer, partnership):
    own = ContactFactory(
        label_en="Ours", scope="organisation", organisation=OrganisationFactory(partnership=partnership)
    )
    south = PartnershipFactory(name="South")
    foreign = ContactFactory(label_en="Theirs", scope="partnership", partnership=south)
    client.force_login(trainer)
    page = text_of(client.get(url("contact", "list")))
    assert "Ours" in page
    assert "Theirs" not in page
    page = text_of(client.get(url("contact", "edit", own.pk)))
    assert partnership.name in page
    assert "South" not in page
    refused = client.get(url("contact", "edit", foreign.pk))
    assert (refused.status_code, refused.url) == (302, reverse("wagtailadmin_home"))
    refused = client.post(url("contact", "edit", foreign.pk), contact_form())
    assert refused.status_code == 302
    foreign.refresh_from_db()
    assert foreign.label == "Theirs"
    response = client.post(url("contact", "add"), contact_form(scope="partnership", partnership=south.pk))
    assert response.status_code == 200
    assert Contact.objects.count() == 2


@pytest.mark.parametrize("model", ["source", "fact", "contact"])
def test_who_may_keep_guidance(client, trainer, operator, partnership, model):
    thing = {"source": SourceFactory, "fact": FactFactory, "contact": ContactFactory}[model]()
    people = {trainer: (True, False), operator: (True, True), make_reviewer(partnership): (False, False),
              UserFactory(): (False, False)}  # fmt: skip
    for person, (may_write, may_delete) in people.items():
        client.force_login(person)
        assert (client.get(url(model, "list")).status_code == 200) == may_write
        assert (client.get(url(model, "edit", thing.pk)).status_code == 200) == may_write
        assert (client.get(url(model, "add")).status_code == 200) == may_write
        assert (client.get(url(model, "delete", thing.pk)).status_code == 200) == may_delete


def test_a_source_in_use_is_not_deleted_and_nothing_breaks(client, operator):
    version = FactVersionFactory()
    client.force_login(operator)
    response = client.post(url("source", "delete", version.source.pk))
    assert response.status_code in (200, 302, 403)
    bulk = reverse("wagtail_bulk_action", args=["guidance", "source", "delete"]) + f"?id={version.source.pk}"
    assert client.post(bulk).status_code in (200, 302, 403)
    assert Source.objects.exists()
    assert FactVersion.objects.exists()


@pytest.mark.parametrize("model", ["source", "fact", "contact"])
@pytest.mark.parametrize("size", [1, 6])
def test_the_lists_escape_and_cost_the_same_for_any_number(
    client, trainer, model, size, django_assert_max_num_queries
):
    for _ in range(size):
        {
            "source": lambda: SourceFactory(title=EVIL),
            "fact": lambda: FactFactory(label_en=EVIL, value=EVIL),
            "contact": lambda: ContactFactory(label_en=EVIL),
        }[model]()
    client.force_login(trainer)
    client.get(url(model, "list"))
    with django_assert_max_num_queries(20) as taken:
        page = text_of(client.get(url(model, "list")))
    assert EVIL not in page
    assert len(taken) == QUERIES.setdefault(model, len(taken))


#: How many queries each list took at the first size; the second must take as many.
QUERIES: dict[str, int] = {}
