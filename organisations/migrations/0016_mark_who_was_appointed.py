"""Notes on each person's row whether an appointment was ever made for them."""

from django.db import migrations, models


def mark(apps, schema_editor):
    people = apps.get_model("organisations", "User").objects
    people.filter(pk__in=apps.get_model("organisations", "Appointment").objects.values("person")).update(
        has_been_appointed=True
    )


class Migration(migrations.Migration):
    dependencies = [("organisations", "0015_unsent_invitations")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="has_been_appointed",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop, elidable=True),
    ]
