# SPDX-License-Identifier: Apache-2.0
"""Indexes that lists of a million rows are answered by."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('research', '0003_query_of_the_same_submission'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='statusquery',
            index=models.Index(condition=models.Q(('state', 'determined'), _negated=True), fields=['due_at'], name='open_queries'),
        ),
    ]
