"""When a certificate was replaced is kept, and says by itself that it no longer stands."""

from django.db import migrations, models


def keep_when_replaced(apps, schema_editor):
    """Those replaced before were replaced when their successor was issued."""
    certificates = apps.get_model("records", "Certificate").objects
    for old in certificates.filter(superseded_by__isnull=False).select_related("superseded_by").iterator():
        certificates.filter(pk=old.pk).update(superseded_at=old.superseded_by.issued_at)


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="certificate",
            name="superseded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(keep_when_replaced, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="certificate", name="one_standing_certificate_per_completion"),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at__isnull", True)),
                fields=("completion",),
                name="one_standing_certificate_per_completion",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("superseded_by__isnull", True), ("superseded_at__isnull", False), _connector="OR"
                ),
                name="certificate_replaced_at_some_time",
            ),
        ),
    ]
