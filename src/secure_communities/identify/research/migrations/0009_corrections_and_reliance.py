# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0002_safeguards'),
        ('records', '0003_charges_stay'),
        ('research', '0008_adverse_only_without_signs_of_citizenship'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReliedOn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='draft',
            name='conviction',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.disposition'),
        ),
        migrations.AddField(
            model_name='draft',
            name='sealed_contradictions',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='draft',
            name='stated_items',
            field=models.PositiveSmallIntegerField(default=1),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name='Concurrence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('capacity', models.CharField(choices=[('SUPPORT_SUPERVISOR', 'Support supervisor'), ('COUNSEL', 'Counsel')], max_length=20)),
                ('sealed_reason', models.BinaryField()),
                ('concurred_at', models.DateTimeField()),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='concurrences', to='research.draft')),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(choices=[('NEW_EVIDENCE', 'New evidence'), ('ERROR', 'Error'), ('CITIZENSHIP', 'Citizenship'), ('COURT', 'Court'), ('OTHER', 'Other')], max_length=16)),
                ('sealed_words', models.BinaryField()),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('supersedes', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='correction_opened', to='research.determination')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='determination',
            name='correction',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='result', to='research.correction'),
        ),
        migrations.AddConstraint(
            model_name='determination',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('correction__isnull', True), ('version', 1)), models.Q(('correction__isnull', False), ('version__gt', 1)), _connector='OR'), name='a_later_version_is_a_correction'),
        ),
        migrations.AddField(
            model_name='reliedon',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reliances', to='research.draft'),
        ),
        migrations.AddField(
            model_name='reliedon',
            name='evidence',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.evidence'),
        ),
        migrations.AddField(
            model_name='draft',
            name='relied_on',
            field=models.ManyToManyField(related_name='drafts', through='research.ReliedOn', to='evidence.evidence'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code', 'LPR_POSSIBLY_REMOVABLE'), _negated=True), ('conviction__isnull', False), _connector='OR'), name='s16_a_resident_is_removable_on_a_conviction_only'),
        ),
        migrations.AddConstraint(
            model_name='concurrence',
            constraint=models.UniqueConstraint(fields=('draft', 'reviewer'), name='a_reviewer_concurs_once'),
        ),
        migrations.AddConstraint(
            model_name='concurrence',
            constraint=models.UniqueConstraint(fields=('draft', 'capacity'), name='a_capacity_concurs_once'),
        ),
        migrations.AddConstraint(
            model_name='concurrence',
            constraint=models.CheckConstraint(condition=models.Q(('capacity__in', ['COUNSEL', 'SUPPORT_SUPERVISOR'])), name='a_concurrence_is_of_supervisor_or_counsel'),
        ),
        migrations.AddConstraint(
            model_name='concurrence',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.GreaterThan(django.db.models.functions.text.Length('sealed_reason'), 33), name='a_concurrence_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('code__in', ['CITIZENSHIP', 'COURT', 'ERROR', 'NEW_EVIDENCE', 'OTHER'])), name='a_correction_has_a_known_code'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.GreaterThan(django.db.models.functions.text.Length('sealed_words'), 33), name='a_correction_says_why'),
        ),
        migrations.AddConstraint(
            model_name='reliedon',
            constraint=models.UniqueConstraint(fields=('draft', 'evidence'), name='evidence_is_relied_on_once'),
        ),
    ]
