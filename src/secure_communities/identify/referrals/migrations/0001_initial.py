# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0003_more_channels'),
        ('research', '0010_corrections_are_safe'),
    ]

    operations = [
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('referred_at', models.DateTimeField()),
                ('determination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='research.determination')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='agencies.agency')),
                ('query', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='research.statusquery')),
            ],
            options={
                'ordering': ['-referred_at', '-id'],
                'indexes': [models.Index(fields=['office', '-referred_at'], name='referrals_r_office__b01b2c_idx')],
                'constraints': [models.UniqueConstraint(fields=('determination', 'office'), name='a_determination_is_referred_once')],
            },
        ),
    ]
