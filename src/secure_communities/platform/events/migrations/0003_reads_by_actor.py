# SPDX-License-Identifier: Apache-2.0
"""An index for what one person opened."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0002_append_only'),
        ('keys', '0003_key_ring'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('kind__endswith', ':read')), fields=['actor', 'id'], name='reads_by_actor'),
        ),
    ]
