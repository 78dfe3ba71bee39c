from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('courses', '0008_when_editions_end')]

    operations = [
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('is_live', True)), models.Q(('ended_at__isnull', False), ('is_live', False)), _connector='OR'), name='an_edition_is_live_until_it_ends'),
        ),
    ]
