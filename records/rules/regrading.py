"""What becomes of an attempt when its answers are looked at again: nobody loses what they have."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Change:
    """An attempt before and after."""

    score_before: Decimal
    was_passed: bool
    #: What the answers are worth by the corrected key.
    score_marked: Decimal
    passes_now: bool

    @property
    def is_passed(self) -> bool:
        """What holds afterwards: a pass stays one."""
        return self.was_passed or self.passes_now

    @property
    def score(self) -> Decimal:
        """The score that holds afterwards; with a pass that only stays, the one that gave it."""
        return self.score_before if self.keeps_pass else self.score_marked

    @property
    def gains_pass(self) -> bool:
        """Whether it passes now and did not before."""
        return self.passes_now and not self.was_passed

    @property
    def keeps_pass(self) -> bool:
        """Whether it would not pass by the corrected key, and stays passed."""
        return self.was_passed and not self.passes_now


def change_of(score_before: Decimal, was_passed: bool, score_marked: Decimal, pass_mark: Decimal) -> Change | None:
    """What changes for an attempt, with the copied pass mark as a share; None where nothing does."""
    change = Change(score_before, was_passed, score_marked, score_marked >= pass_mark)
    return change if score_marked != score_before or change.gains_pass else None
