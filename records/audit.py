"""What this app writes to Wagtail's log, and how the log reads it."""

from django.utils.translation import gettext_lazy as _

#: Each action that is logged.
ACTIONS = {
    "records.require": _("Require a module"),
    "records.change_requirement": _("Change a requirement"),
    "records.end_requirement": _("End a requirement"),
    "records.replace_certificate": _("Replace a certificate"),
    "records.revoke_certificate": _("Take a certificate back"),
    "records.void_completion": _("Strike out a completion"),
    "records.recognise": _("Recognise training elsewhere"),
    "records.map_course": _("Say what a course elsewhere equals"),
    "records.unmap_course": _("Forget what a course elsewhere equals"),
    "records.waive": _("Waive a module for a person"),
    "records.end_waiver": _("Ask again for a module that was waived"),
    "records.plan_session": _("Plan a briefing"),
    "records.change_session": _("Change a briefing"),
    "records.cancel_session": _("Cancel a briefing"),
    "records.hold_session": _("Note that a briefing was held"),
    "records.invite_to_session": _("Invite to a briefing"),
    "records.answer_session": _("Answer an invitation to a briefing"),
    "records.told": _("Say who was told of a briefing that changed"),
    "records.not_told": _("Say that somebody was not told of a briefing after all"),
    "records.register": _("Enter a register"),
    "records.confirm_attendance": _("Confirm who was at a briefing"),
    "records.void_attendance": _("Strike out an attendance"),
    "records.match_attendance": _("Say whose an attendance is"),
    "records.remind": _("Remind people"),
    "records.ask_for_briefing": _("Ask for a briefing"),
    "records.give_attempt": _("Give one more attempt at a quiz"),
    "records.propose_regrade": _("Propose to correct what is right"),
    "records.discard_regrade": _("Lay a correction of what is right aside"),
    "records.return_regrade": _("Return a correction of what is right"),
    "records.apply_regrade": _("Correct what is right and look at answers again"),
    "records.answer_request": _("Answer a request for a briefing"),
    "records.request_waits_again": _("Put a request for a briefing back on the waiting list"),
}
