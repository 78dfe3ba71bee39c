"""Every write of the app."""

from courses.actions.approvals import approve_submission, publish_due_submissions, schedule_submission
from courses.actions.comments import add_comment, reopen_comment, resolve_comment
from courses.actions.editions import publish_edition, put_back_in_use, retire_module
from courses.actions.groups import prepare_cms_groups
from courses.actions.refreshers import call_off_refresher
from courses.actions.submissions import return_submission, submit_module, withdraw_submission
from courses.actions.translations import sign_off_translation

__all__ = [
    "add_comment",
    "approve_submission",
    "call_off_refresher",
    "prepare_cms_groups",
    "publish_due_submissions",
    "publish_edition",
    "put_back_in_use",
    "reopen_comment",
    "resolve_comment",
    "retire_module",
    "return_submission",
    "schedule_submission",
    "sign_off_translation",
    "submit_module",
    "withdraw_submission",
]
