"""What is refused, in words for a lead; and what the fields and outcomes are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organisations.imports.columns import Field
from organisations.imports.planning import Outcome
from organisations.imports.reading import Fault
from organisations.imports.values import Why

FIELDS: dict[str, str | Promise] = {
    Field.NAME: _("Name"),
    Field.GIVEN_NAME: _("First name"),
    Field.FAMILY_NAME: _("Last name"),
    Field.EMAIL: _("E-mail address"),
    Field.STAFF_NUMBER: _("Staff number"),
    Field.ROLE: _("Role"),
    Field.UNIT: _("Station, ward or team"),
    Field.KIND: _("Works here as"),
    Field.STARTED_ON: _("First day"),
    Field.ENDED_ON: _("Last day"),
    Field.ORGANISATION: _("Organisation"),
    Field.PEOPLE: _("Number of people"),
    Field.COUNTED_ON: _("Counted on"),
    Field.SOURCE: _("Source"),
}

OUTCOMES: dict[str, str | Promise] = {
    Outcome.NEW: _("New"),
    Outcome.BACK: _("Back after they had left"),
    Outcome.CHANGED: _("Changed"),
    Outcome.MOVED: _("Moved"),
    Outcome.ENDED: _("Leaving"),
    Outcome.MISSING: _("Not in the file"),
    Outcome.UNCHANGED: _("Already right"),
    Outcome.LEFT_OUT: _("Left out"),
    Outcome.REFUSED: _("Not taken"),
}

REASONS: dict[str, str | Promise] = {
    Why.NO_NAME: _("There is no name."),
    Why.NAME_WITHOUT_LETTERS: _("This is not a name: it has no letters."),
    Why.INVISIBLE: _("There are characters here that nobody can see. Type the text again."),
    Why.UNREADABLE: _("A letter was lost when the file was saved. Type it again, or save the file as Excel."),
    Why.TOO_LONG: _("This text is too long."),
    Why.NO_EMAIL_OR_NUMBER: _("There is no e-mail address and no staff number. One of them is needed."),
    Why.BAD_EMAIL: _("This is not an e-mail address."),
    Why.NO_ROLE: _("There is no role."),
    Why.UNKNOWN_ROLE: _("There is no role of this name. Use a name from the list of roles."),
    Why.UNKNOWN_UNIT: _("There is no station, ward or team of this name."),
    Why.AMBIGUOUS_UNIT: _("Several have this name. Write the one above it too: North / Team A."),
    Why.UNKNOWN_KIND: _("Write one of these words: employee, agency, volunteer, student, elected or contractor."),
    Why.BAD_DAY: _("This is not a day. Write it like 27/03/2027."),
    Why.DAY_TOO_EARLY: _("This day is too long ago."),
    Why.DAY_TOO_LATE: _("This day is too far ahead."),
    Why.ENDS_BEFORE_START: _("The last day comes before the first day."),
    Why.NO_PEOPLE: _("There is no number of people."),
    Why.BAD_PEOPLE: _("This is not a whole number of people."),
    Why.NO_DAY: _("There is no day."),
    Why.NO_SOURCE: _("There is no source."),
    Why.TWICE: _("The same row stands in the file twice. The first one counts."),
    Why.ROWS_DISAGREE: _("Several rows are about this person, and they say different things."),
    Why.FIGURES_DISAGREE: _("Several rows count the same people on the same day, and they say different things."),
    Why.NUMBER_TWICE: _("Several people in the file have this staff number."),
    Why.NUMBER_OF_ANOTHER: _("Somebody else here has this staff number."),
    Why.ADDRESS_ELSEWHERE: _("This address cannot be added by a file. Invite the person instead."),
    Why.ADDRESS_SHARED: _("Several people use this address."),
    Why.SEVERAL_ROLES: _("This person has several roles here. Change the role on the person's page."),
    Why.CLOSED: _("This organisation has closed."),
    Why.NO_ORGANISATION: _("There is no organisation."),
    Why.UNKNOWN_ORGANISATION: _("Your partnership has no organisation of this name. Write the name as it stands."),
    Why.AMBIGUOUS_ORGANISATION: _(
        "Several organisations have this name. Write the last part of the address of its page instead, "
        "like riverside-council."
    ),
    Why.NOT_YOURS: _("Your file cannot save this row. Ask the organisation's own lead."),
    Why.OTHER_UNIT: _("This is not one of your stations, wards or teams."),
    Why.NO_UNIT: _("Say in which of your stations, wards or teams this person works."),
}

FAULTS: dict[str, str | Promise] = {
    Fault.EMPTY: _("There is nothing in this file."),
    Fault.NO_ROWS: _("There is only a heading in this file, and no rows below it."),
    Fault.TOO_LARGE: _("This file is too large. It may have 10 MB. Split it into several files."),
    Fault.TOO_MANY_ROWS: _("This file has more than 100,000 rows. Split it into several files."),
    Fault.TOO_MANY_COLUMNS: _("This file has more than 100 columns. Delete the ones that are not needed."),
    Fault.OLD_EXCEL: _("This is an old kind of Excel file. Save it as Excel workbook (.xlsx) or as CSV."),
    Fault.NO_TABLE: _("We cannot read this file. Save it as Excel workbook (.xlsx) or as CSV."),
    "needs_postgresql": _(
        "This file has more than 5,000 rows. For that Signpost needs a PostgreSQL database: ask whoever runs it."
    ),
}
