# SPDX-License-Identifier: Apache-2.0
"""Criminal records, arrests, charges, dispositions; immigration records."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('galleries', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Arrest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('correlation', models.CharField(max_length=64)),
                ('ori', models.CharField(max_length=9)),
                ('arrest_date', models.DateField(null=True)),
                ('sealed_details', models.BinaryField()),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.CharField(max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name='Charge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)])),
                ('code', models.CharField(max_length=4, null=True)),
                ('code_source', models.CharField(choices=[('SUBMITTED', 'Submitted'), ('HUMAN_CONFIRMED', 'Human confirmed'), ('UNKNOWN', 'Unknown')], max_length=15)),
                ('unknown_reason', models.CharField(blank=True, choices=[('NOT_SUBMITTED', 'Not submitted'), ('FILLER', 'Filler'), ('NOT_IN_CATALOGUE', 'Not in catalogue'), ('STATUS_NOT_OFFENCE', 'Status not offence'), ('NO_CHARGE', 'No charge')], default='', max_length=30)),
                ('issuing_state', models.CharField(blank=True, default='', max_length=2)),
                ('offence_date', models.DateField(null=True)),
                ('sealed_words', models.BinaryField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('arrest', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='records.arrest')),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CriminalRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed_demographics', models.BinaryField()),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.CharField(max_length=120)),
                ('subject', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='criminal_record', to='galleries.registersubject')),
            ],
        ),
        migrations.AddField(
            model_name='arrest',
            name='record',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='arrests', to='records.criminalrecord'),
        ),
        migrations.CreateModel(
            name='Disposition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('CONVICTED', 'Convicted'), ('DISMISSED', 'Dismissed'), ('ACQUITTED', 'Acquitted'), ('NOT_CHARGED', 'Not charged'), ('DEFERRED', 'Deferred'), ('PENDING', 'Pending')], max_length=12)),
                ('decided_on', models.DateField(null=True)),
                ('sentence_months', models.PositiveIntegerField(null=True)),
                ('maximum_months', models.PositiveIntegerField(null=True)),
                ('source', models.CharField(max_length=40)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.CharField(max_length=120)),
                ('charge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dispositions', to='records.charge')),
            ],
        ),
        migrations.CreateModel(
            name='ImmigrationRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed_identities', models.BinaryField()),
                ('sealed_a_number', models.BinaryField(null=True)),
                ('sealed_last_encounter', models.BinaryField()),
                ('sealed_encounters', models.BinaryField()),
                ('sealed_protected_class', models.BinaryField()),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.CharField(max_length=120)),
                ('subject', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='immigration_record', to='galleries.registersubject')),
            ],
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.UniqueConstraint(fields=('arrest', 'sequence'), name='charges_keep_their_order'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code__isnull', False), ('code_source__in', ['SUBMITTED', 'HUMAN_CONFIRMED']), ('unknown_reason', '')), models.Q(('code__isnull', True), ('code_source', 'UNKNOWN'), models.Q(('unknown_reason', ''), _negated=True)), _connector='OR'), name='a_charge_has_a_code_or_says_why_not'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(('unknown_reason__in', ['FILLER', 'NOT_IN_CATALOGUE', 'NOT_SUBMITTED', 'NO_CHARGE', 'STATUS_NOT_OFFENCE', ''])), name='an_unknown_charge_gives_a_known_reason'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(('code__isnull', True), models.Q(('code__regex', '^[0-9]{4}$'), models.Q(('code', '0399'), _negated=True)), _connector='OR'), name='a_charge_code_is_four_digits_and_no_filler'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code_source', 'HUMAN_CONFIRMED'), ('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), models.Q(models.Q(('code_source', 'HUMAN_CONFIRMED'), _negated=True), ('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), _connector='OR'), name='a_confirmed_code_names_who_confirmed_it'),
        ),
        migrations.AddConstraint(
            model_name='arrest',
            constraint=models.UniqueConstraint(fields=('record', 'correlation'), name='one_submission_one_arrest'),
        ),
        migrations.AddConstraint(
            model_name='arrest',
            constraint=models.CheckConstraint(condition=models.Q(('correlation', ''), _negated=True), name='an_arrest_names_its_submission'),
        ),
        migrations.AddIndex(
            model_name='disposition',
            index=models.Index(fields=['charge', '-id'], name='records_dis_charge__3e8a1b_idx'),
        ),
        migrations.AddConstraint(
            model_name='disposition',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['ACQUITTED', 'CONVICTED', 'DEFERRED', 'DISMISSED', 'NOT_CHARGED', 'PENDING'])), name='a_disposition_is_of_a_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='disposition',
            constraint=models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='a_disposition_names_its_source'),
        ),
        migrations.AddConstraint(
            model_name='disposition',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'CONVICTED'), ('sentence_months__isnull', True), _connector='OR'), name='only_a_conviction_carries_a_sentence'),
        ),
    ]
