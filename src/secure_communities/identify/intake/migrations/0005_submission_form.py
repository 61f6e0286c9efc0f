# SPDX-License-Identifier: Apache-2.0
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0004_submission_resumptions'),
    ]

    operations = [
        migrations.AddField(
            model_name='submission',
            name='form',
            field=models.CharField(choices=[('traditional', 'traditional'), ('xml', 'xml')], default='traditional', max_length=12),
        ),
    ]
