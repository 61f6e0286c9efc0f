# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('galleries', '0003_subjects_stay_in_their_register'),
        ('intake', '0006_fast_lists'),
        ('responses', '0006_outbox'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FirstCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField()),
                ('sealed_reason', models.BinaryField()),
                ('corrected_at', models.DateTimeField()),
                ('examiner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='galleries.registersubject')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='first_corrections', to='intake.submission')),
            ],
            options={
                'ordering': ['version'],
                'constraints': [models.UniqueConstraint(fields=('submission', 'version'), name='one_first_correction_a_version'), models.CheckConstraint(condition=models.Q(('version__gt', 1)), name='a_first_correction_is_a_later_version'), models.CheckConstraint(condition=django.db.models.lookups.GreaterThan(django.db.models.functions.text.Length('sealed_reason'), 33), name='a_first_correction_says_why')],
            },
        ),
    ]
