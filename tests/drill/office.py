"""An office where somebody approves and erases whatever waits, in a process that may be shot."""

from __future__ import annotations

import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import DatabaseError, close_old_connections, connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from courses.actions import approve_submission  # noqa: E402
from courses.models import Submission  # noqa: E402
from organisations.models import User  # noqa: E402
from privacy.actions.erasure import carry_out_erasure  # noqa: E402
from privacy.models import ErasureRequest  # noqa: E402


def main(reviewer: int) -> None:
    """Approves and erases one after another; whatever happens, it looks again at what waits."""
    while True:
        close_old_connections()
        try:
            submission = Submission.objects.filter(state=Submission.State.OPEN).order_by("?").first()
            request = ErasureRequest.objects.filter(state=ErasureRequest.State.OPEN).order_by("?").first()
            if submission is None and request is None:
                return
            by = User.objects.get(pk=reviewer)
            if submission is not None:
                approve_submission(submission=submission, by=by, at=timezone.now())
            if request is not None:
                carry_out_erasure(request=request, by=by, at=timezone.now())
        except DatabaseError:
            connections.close_all()
        time.sleep(0.1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
