"""Sources, facts and contacts for tests and for the demo."""

from __future__ import annotations

from datetime import date

import factory
from factory.django import DjangoModelFactory

from guidance.models import Confidence, Contact, Fact, FactVersion, Source


class SourceFactory(DjangoModelFactory):
    """A document."""

    class Meta:
        model = Source

    key = factory.Sequence(lambda n: f"source-{n}")
    title = factory.Sequence(lambda n: f"Document {n}")


class FactFactory(DjangoModelFactory):
    """A fact without versions; give `value=` for one that began in 2026."""

    class Meta:
        model = Fact
        skip_postgeneration_save = True

    key = factory.Sequence(lambda n: f"fact-{n}")
    label_en = factory.Sequence(lambda n: f"Fact {n}")

    @factory.post_generation
    def value(self, create, extracted, **kwargs):
        if extracted:
            FactVersionFactory(fact=self, value_en=extracted, **kwargs)


class FactVersionFactory(DjangoModelFactory):
    """What a fact says from a day on."""

    class Meta:
        model = FactVersion

    fact = factory.SubFactory(FactFactory)
    value_en = "23 in the whole country"
    source = factory.SubFactory(SourceFactory)
    starts_on = date(2026, 1, 1)
    checked_on = date(2026, 10, 1)
    review_by = date(2027, 10, 1)
    confidence = Confidence.HIGH


class ContactFactory(DjangoModelFactory):
    """A national contact; give scope with partnership or organisation for a local one."""

    class Meta:
        model = Contact

    key = factory.Sequence(lambda n: f"contact-{n}")
    label_en = factory.Sequence(lambda n: f"Helpline {n}")
    number = "0808 157 0000"
    confidence = Confidence.HIGH
