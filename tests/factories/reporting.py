"""Reports."""

from __future__ import annotations

from datetime import date, timedelta

import factory
from factory.django import DjangoModelFactory

from reporting.models import Report
from tests.factories.organisations import PartnershipFactory


class ReportFactory(DjangoModelFactory):
    """A draft about a day and the year before it."""

    class Meta:
        model = Report

    partnership = factory.SubFactory(PartnershipFactory)
    day = date(2026, 11, 20)
    delivery_from = factory.LazyAttribute(lambda o: o.day - timedelta(days=364))
    delivery_to = factory.SelfAttribute("day")
