from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('records', '0025_what_standing_shows')]

    operations = [
        migrations.AddConstraint(
            model_name='standing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('satisfied_from__isnull', True), ('shown_edition', 0), ('shown_on__isnull', True), ('shown_source', '')), models.Q(('satisfied_from__isnull', False), ('shown_on__isnull', False), models.Q(('shown_source', ''), _negated=True)), _connector='OR'), name='standing_satisfied_says_what_was_shown'),
        ),
    ]
