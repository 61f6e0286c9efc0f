# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('galleries', '0003_subjects_stay_in_their_register'),
        ('intake', '0005_submission_form'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField()),
                ('source', models.CharField(choices=[('SUBMISSION_POB', 'Submission pob'), ('SUBMISSION_CTZ', 'Submission ctz'), ('OWN_STATEMENT', 'Own statement'), ('PARENT', 'Parent'), ('PASSPORT', 'Passport'), ('NATURALISATION', 'Naturalisation'), ('BIRTH_RECORD', 'Birth record'), ('DETERMINATION', 'Determination'), ('OTHER', 'Other')], max_length=16)),
                ('sealed', models.BinaryField()),
                ('recorded_by', models.CharField(max_length=120)),
                ('recorded_at', models.DateTimeField()),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='galleries.registersubject')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='citizenship_claims', to='intake.submission')),
            ],
            options={
                'ordering': ['version'],
            },
        ),
        migrations.CreateModel(
            name='Indicium',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(choices=[('US_BIRTHPLACE', 'Us birthplace'), ('US_CITIZENSHIP_STATED', 'Us citizenship stated'), ('OWN_CLAIM', 'Own claim'), ('CITIZEN_PARENT', 'Citizen parent'), ('US_PASSPORT', 'Us passport'), ('NATURALISATION', 'Naturalisation'), ('US_BIRTH_RECORD', 'Us birth record'), ('OFFICER_DETERMINED', 'Officer determined'), ('OTHER_SIGN', 'Other sign')], max_length=24)),
                ('sealed', models.BinaryField()),
                ('mark', models.BinaryField(max_length=32)),
                ('opened_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('claim', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='indicia', to='citizenship.claim')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='galleries.registersubject')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='indicia', to='intake.submission')),
            ],
            options={
                'verbose_name_plural': 'indicia',
                'ordering': ['opened_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Clearance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('capacity', models.CharField(choices=[('SUPPORT_SUPERVISOR', 'Support supervisor'), ('COUNSEL', 'Counsel')], max_length=20)),
                ('conclusion', models.CharField(choices=[('CLEARED', 'Cleared'), ('CONFIRMED', 'Confirmed')], max_length=12)),
                ('sealed_reason', models.BinaryField()),
                ('concluded_at', models.DateTimeField()),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('indicium', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clearances', to='citizenship.indicium')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(fields=('submission', 'version'), name='one_claim_a_version'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['BIRTH_RECORD', 'DETERMINATION', 'NATURALISATION', 'OTHER', 'OWN_STATEMENT', 'PARENT', 'PASSPORT', 'SUBMISSION_CTZ', 'SUBMISSION_POB'])), name='a_claim_has_a_known_source'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(('recorded_by', ''), _negated=True), name='a_claim_names_who_recorded_it'),
        ),
        migrations.AddConstraint(
            model_name='indicium',
            constraint=models.UniqueConstraint(fields=('submission', 'mark'), name='one_indicium_for_one_fact'),
        ),
        migrations.AddConstraint(
            model_name='indicium',
            constraint=models.CheckConstraint(condition=models.Q(('code__in', ['CITIZEN_PARENT', 'NATURALISATION', 'OFFICER_DETERMINED', 'OTHER_SIGN', 'OWN_CLAIM', 'US_BIRTHPLACE', 'US_BIRTH_RECORD', 'US_CITIZENSHIP_STATED', 'US_PASSPORT'])), name='an_indicium_has_a_known_code'),
        ),
        migrations.AddConstraint(
            model_name='indicium',
            constraint=models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('opened_at'))), name='an_indicium_is_due_after_it_opened'),
        ),
        migrations.AddConstraint(
            model_name='clearance',
            constraint=models.UniqueConstraint(fields=('indicium', 'reviewer', 'conclusion'), name='a_reviewer_concludes_once'),
        ),
        migrations.AddConstraint(
            model_name='clearance',
            constraint=models.UniqueConstraint(fields=('indicium', 'capacity', 'conclusion'), name='a_capacity_concludes_once'),
        ),
        migrations.AddConstraint(
            model_name='clearance',
            constraint=models.CheckConstraint(condition=models.Q(('capacity__in', ['COUNSEL', 'SUPPORT_SUPERVISOR'])), name='a_capacity_is_supervisor_or_counsel'),
        ),
        migrations.AddConstraint(
            model_name='clearance',
            constraint=models.CheckConstraint(condition=models.Q(('conclusion__in', ['CLEARED', 'CONFIRMED'])), name='a_conclusion_is_known'),
        ),
        migrations.AddConstraint(
            model_name='clearance',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.GreaterThan(django.db.models.functions.text.Length('sealed_reason'), 33), name='a_conclusion_has_a_reason'),
        ),
    ]
