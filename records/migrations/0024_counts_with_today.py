"""Lets the worker count effects anew that were counted before their days held the one on which they were asked."""

from typing import Any

from django.db import migrations


def count_anew(apps: Any, schema_editor: Any) -> None:
    """Puts what was counted, or was being counted, back to its beginning; the worker goes on with it."""
    apps.get_model("records", "EffectCount").objects.update(
        state="counting", numbers=[], module=0, last_person=0, total=0, progress=0, tries=0
    )


class Migration(migrations.Migration):
    dependencies = [("records", "0023_told_by_their_lead")]

    operations = [migrations.RunPython(count_anew, migrations.RunPython.noop, elidable=True)]
