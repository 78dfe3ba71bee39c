"""Every write of the app."""

from courses.actions.editions import publish_edition, retire_module
from courses.actions.groups import prepare_cms_groups
from courses.actions.submissions import (
    approve_submission,
    return_submission,
    submit_module,
    withdraw_submission,
)

__all__ = [
    "approve_submission",
    "prepare_cms_groups",
    "publish_edition",
    "retire_module",
    "return_submission",
    "submit_module",
    "withdraw_submission",
]
