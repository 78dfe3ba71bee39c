"""What the demo changes about the starter content, and puts back when it goes."""

from __future__ import annotations

from wagtail.models import Revision

from config.demo.year import FOR_ALL
from courses.models import Edition, ModulePage

#: What the starter content leaves to the trainers of an installation.
SETTINGS = ("briefing", "recognised")


def say_what_completes(setting: str) -> None:
    """Says of the module that everybody takes whether a briefing, or training elsewhere, completes it.

    As if it had been said from the beginning: no edition and no draft more. Leaves it alone once somebody has put
    another edition live.
    """
    edition = Edition.objects.select_related("module").filter(is_live=True, number=1, module__slug=FOR_ALL).first()
    if edition is None or edition.module is None:
        return
    said = dict.fromkeys(SETTINGS, setting)
    Edition.objects.filter(pk=edition.pk).update(content={**edition.content, **said})
    ModulePage.objects.filter(pk=edition.module_id).update(**said)
    if revision := edition.module.latest_revision:
        Revision.objects.filter(pk=revision.pk).update(content={**revision.content, **said})
