"""What is drawn without templates."""

from __future__ import annotations

from datetime import date

from django.utils.safestring import SafeString

from organisations.models import Membership, Organisation
from organisations.rules import Known
from reporting.cells import headcount_lines
from reporting.tables import NamedFigure, Row


def row(name, *figures):
    return Row(1, name, "a", Organisation.Kind.POLICE, [], Known(), 0, 0, figures)


def test_headcounts_say_of_whom_by_which_day_and_from_where():
    figures = (
        NamedFigure("", "", 120, date(2026, 3, 1), "HR <list>"),
        NamedFigure("Nurse & aide", Membership.Kind.VOLUNTEER, 7, date(2026, 3, 1), ""),
    )
    found = headcount_lines([row("Ours <b>", *figures), row("Theirs")])
    assert isinstance(found, SafeString)
    first, second, third = (line for line in found.split("<tr") if line)
    assert "Ours &lt;b&gt;" in first
    assert ">the whole organisation<" in first
    assert ">120<" in first
    assert ">1 March 2026<" in first
    assert ">HR &lt;list&gt;<" in first
    assert f">Nurse &amp; aide, {Membership.Kind.VOLUNTEER.label}<" in second
    assert ">not given<" in third
    assert "Theirs" in third
