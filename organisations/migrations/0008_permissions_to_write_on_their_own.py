from django.db import migrations, models

LANGUAGES = {
    "en": "English",
    "ar": "العربية",
    "fa": "فارسی",
    "fr": "Français",
    "pt": "Português",
    "so": "Soomaali",
    "es": "Español",
}
CODENAMES = [f"write_{code}" for code in LANGUAGES]


def move(apps, schema_editor, old, new):
    """The rows stay as they are, and so does who holds them; on a new database there are none yet."""
    database = schema_editor.connection.alias
    ContentType = apps.get_model("contenttypes", "ContentType").objects.using(database)
    Permission = apps.get_model("auth", "Permission").objects.using(database)
    found = Permission.filter(
        content_type__app_label="organisations", content_type__model=old, codename__in=CODENAMES
    )
    if found.exists():
        content_type, _is_new = ContentType.get_or_create(app_label="organisations", model=new)
        found.update(content_type=content_type)


def away_from_appointments(apps, schema_editor):
    move(apps, schema_editor, "appointment", "writing")


def back_to_appointments(apps, schema_editor):
    move(apps, schema_editor, "writing", "appointment")


class Migration(migrations.Migration):

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("organisations", "0007_write_in_languages"),
    ]

    operations = [
        migrations.CreateModel(
            name="Writing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "permissions": [(f"write_{code}", f"Can write in {name}") for code, name in LANGUAGES.items()],
                "default_permissions": (),
            },
        ),
        migrations.AlterModelOptions(
            name="appointment",
            options={
                "ordering": ["started_on", "pk"],
                "verbose_name": "appointment",
                "verbose_name_plural": "appointments",
            },
        ),
        migrations.RunPython(away_from_appointments, back_to_appointments),
    ]
