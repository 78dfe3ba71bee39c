"""What an app above knows to be missing from an organisation, for its lead's page."""

from __future__ import annotations

from collections.abc import Callable

from organisations.models import Organisation

#: Gives sentences about one organisation, such as "No local duty team is given yet."
NoteFinder = Callable[[Organisation], list[str]]
_finders: list[NoteFinder] = []


def register_note_finder(finder: NoteFinder) -> NoteFinder:
    """Lets an app above say what is missing; called once, from its AppConfig.ready()."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def notes_about(organisation: Organisation) -> list[str]:
    """Everything that the apps above find missing."""
    return [note for finder in _finders for note in finder(organisation)]
