# SPDX-License-Identifier: Apache-2.0

import django.contrib.postgres.constraints
import django.contrib.postgres.operations
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import secure_communities.platform.agencies.vocabulary
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(),
        migrations.CreateModel(
            name='Agency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('kind', models.CharField(choices=[('LOCAL_JAIL', 'Local jail'), ('SUPERVISION', 'Supervision'), ('STATE_BUREAU', 'State bureau'), ('FIELD_OFFICE', 'Field office'), ('SUPPORT_CENTRE', 'Support centre'), ('REGISTER', 'Register'), ('OVERSIGHT', 'Oversight')], max_length=20)),
            ],
            options={
                'verbose_name_plural': 'agencies',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='County',
            fields=[
                ('fips', models.CharField(max_length=5, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
            ],
            options={
                'verbose_name_plural': 'counties',
                'ordering': ['state', 'name'],
            },
        ),
        migrations.CreateModel(
            name='OriginatingAgency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('ori', models.CharField(max_length=9, unique=True)),
                ('purpose', models.CharField(blank=True, choices=[('BOOKING', 'Booking'), ('COMMUNITY_SUPERVISION', 'Community supervision')], max_length=24)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='oris', to='agencies.agency')),
                ('county', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='oris', to='agencies.county')),
            ],
            options={
                'verbose_name_plural': 'originating agencies',
                'ordering': ['ori'],
            },
        ),
        migrations.CreateModel(
            name='DeliveryPreference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('idr_delivery', models.CharField(choices=[('NONE', 'None'), ('MATCH_ONLY', 'Match only'), ('NO_MATCH_AND_MATCH', 'No match and match')], max_length=20)),
                ('state_capable', models.BooleanField(help_text="The state's message switch passes the second response on")),
                ('ori_capable', models.BooleanField(help_text="The agency's own system can take it")),
                ('channel', models.CharField(choices=[('API', 'Api'), ('DIRECTORY', 'Directory')], max_length=10)),
                ('originating_agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='preferences', to='agencies.originatingagency')),
            ],
            options={
                'ordering': ['starts_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='BookingLocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=10)),
                ('name', models.CharField(max_length=120)),
                ('originating_agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='locations', to='agencies.originatingagency')),
            ],
            options={
                'ordering': ['originating_agency', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Participation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('purpose', models.CharField(choices=[('BOOKING', 'Booking'), ('COMMUNITY_SUPERVISION', 'Community supervision')], max_length=24)),
                ('legal_basis', models.CharField(choices=[('MEMORANDUM', 'Memorandum'), ('STATE_STATUTE', 'State statute'), ('LOCAL_ORDINANCE', 'Local ordinance'), ('EXECUTIVE_ORDER', 'Executive order')], max_length=20)),
                ('citation', models.CharField(max_length=300)),
                ('agreement_date', models.DateField()),
                ('consent', models.CharField(choices=[('AGREED', 'Agreed'), ('PENDING', 'Pending'), ('OBJECTED', 'Objected')], max_length=10)),
                ('exit', models.CharField(blank=True, choices=[('WITHDREW', 'Withdrew'), ('TERMINATED', 'Terminated'), ('EXPIRED', 'Expired'), ('SUPERSEDED', 'Superseded')], max_length=12)),
                ('exit_reason', models.CharField(blank=True, max_length=300)),
                ('county', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='agencies.county')),
                ('originating_agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='agencies.originatingagency')),
            ],
            options={
                'ordering': ['starts_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='State',
            fields=[
                ('fips', models.CharField(max_length=2, primary_key=True, serialize=False)),
                ('usps', models.CharField(max_length=2, unique=True)),
                ('name', models.CharField(max_length=60, unique=True)),
                ('nff', models.BooleanField(default=False, help_text="Only a person's first arrest goes to the national register")),
                ('forward_subsequent', models.BooleanField(default=False, help_text='Later arrests are sent on for this programme')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('fips__regex', '^[0-9]{2}$')), name='state_fips_is_two_digits'), models.CheckConstraint(condition=models.Q(('usps__regex', '^[A-Z]{2}$')), name='state_usps_is_two_letters'), models.CheckConstraint(condition=models.Q(('nff', True), ('forward_subsequent', False), _connector='OR'), name='only_nff_states_forward_subsequent')],
            },
        ),
        migrations.AddField(
            model_name='county',
            name='state',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counties', to='agencies.state'),
        ),
        migrations.CreateModel(
            name='AreaOfResponsibility',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field_office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='areas', to='agencies.agency')),
                ('county', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='areas', to='agencies.county')),
                ('state', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='areas', to='agencies.state')),
            ],
            options={
                'verbose_name_plural': 'areas of responsibility',
                'ordering': ['state', 'county'],
            },
        ),
        migrations.AddField(
            model_name='agency',
            name='state',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='agencies', to='agencies.state'),
        ),
        migrations.CreateModel(
            name='TransactionPermission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('tot', models.CharField(max_length=5)),
                ('originating_agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='permissions', to='agencies.originatingagency')),
            ],
            options={
                'ordering': ['originating_agency', 'tot'],
            },
        ),
        migrations.AddConstraint(
            model_name='originatingagency',
            constraint=models.CheckConstraint(condition=models.Q(('ori__regex', '^ZZ[A-Z0-9]{7}$')), name='ori_is_reserved'),
        ),
        migrations.AddConstraint(
            model_name='originatingagency',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['BOOKING', 'COMMUNITY_SUPERVISION', ''])), name='ori_purpose_is_known'),
        ),
        migrations.AddConstraint(
            model_name='originatingagency',
            constraint=models.CheckConstraint(condition=models.Q(('purpose', ''), ('county__isnull', False), _connector='OR'), name='ori_that_submits_has_a_county'),
        ),
        migrations.AddConstraint(
            model_name='originatingagency',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='ori_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='deliverypreference',
            constraint=models.CheckConstraint(condition=models.Q(('idr_delivery__in', ['MATCH_ONLY', 'NONE', 'NO_MATCH_AND_MATCH'])), name='preference_delivery_is_known'),
        ),
        migrations.AddConstraint(
            model_name='deliverypreference',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['API', 'DIRECTORY'])), name='preference_channel_is_known'),
        ),
        migrations.AddConstraint(
            model_name='deliverypreference',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='preference_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='deliverypreference',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('originating_agency', '='), (models.Func('starts_on', 'ends_on', django.contrib.postgres.fields.ranges.RangeBoundary(), function='DATERANGE', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='one_preference_per_ori'),
        ),
        migrations.AddConstraint(
            model_name='bookinglocation',
            constraint=models.UniqueConstraint(fields=('originating_agency', 'code'), name='location_code_once_per_ori'),
        ),
        migrations.AddConstraint(
            model_name='bookinglocation',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^[A-Z0-9]{1,10}$')), name='location_code_is_plain'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.CheckConstraint(condition=models.Q(('county__isnull', True), ('originating_agency__isnull', True), _connector='XOR'), name='participation_is_of_a_county_or_an_ori'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['BOOKING', 'COMMUNITY_SUPERVISION'])), name='participation_purpose_is_known'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.CheckConstraint(condition=models.Q(('legal_basis__in', ['EXECUTIVE_ORDER', 'LOCAL_ORDINANCE', 'MEMORANDUM', 'STATE_STATUTE'])), name='participation_basis_is_known'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.CheckConstraint(condition=models.Q(('consent__in', ['AGREED', 'OBJECTED', 'PENDING'])), name='participation_consent_is_known'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.CheckConstraint(condition=models.Q(('exit__in', ['EXPIRED', 'SUPERSEDED', 'TERMINATED', 'WITHDREW', ''])), name='participation_exit_is_known'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.CheckConstraint(condition=models.Q(('citation__regex', '\\S')), name='participation_cites_its_ground'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__gte', models.F('agreement_date'))), name='participation_follows_its_agreement'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ends_on__isnull', True), ('exit', ''), ('exit_reason', '')), models.Q(('ends_on__isnull', False), ('exit_reason__regex', '\\S'), models.Q(('exit', ''), _negated=True)), _connector='OR'), name='participation_ends_with_an_exit_and_reason'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='participation_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('county__isnull', False)), expressions=[('county', '='), ('purpose', '='), (models.Func('starts_on', 'ends_on', django.contrib.postgres.fields.ranges.RangeBoundary(), function='DATERANGE', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='one_participation_per_county'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('originating_agency__isnull', False)), expressions=[('originating_agency', '='), ('purpose', '='), (models.Func('starts_on', 'ends_on', django.contrib.postgres.fields.ranges.RangeBoundary(), function='DATERANGE', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='one_participation_per_ori'),
        ),
        migrations.AddConstraint(
            model_name='county',
            constraint=models.UniqueConstraint(fields=('state', 'name'), name='county_name_once_per_state'),
        ),
        migrations.AddConstraint(
            model_name='county',
            constraint=models.CheckConstraint(condition=models.Q(('fips__regex', '^[0-9]{5}$')), name='county_fips_is_five_digits'),
        ),
        migrations.AddConstraint(
            model_name='county',
            constraint=models.CheckConstraint(condition=models.Q(('fips__startswith', models.F('state_id'))), name='county_fips_begins_with_its_state'),
        ),
        migrations.AddConstraint(
            model_name='areaofresponsibility',
            constraint=models.UniqueConstraint(fields=('state', 'county'), name='one_office_per_area', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='areaofresponsibility',
            constraint=models.CheckConstraint(condition=models.Q(('county__isnull', True), django.db.models.lookups.Exact(django.db.models.functions.text.Left('county_id', 2), models.F('state_id')), _connector='OR'), name='area_county_lies_in_its_state'),
        ),
        migrations.AddConstraint(
            model_name='agency',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['FIELD_OFFICE', 'LOCAL_JAIL', 'OVERSIGHT', 'REGISTER', 'STATE_BUREAU', 'SUPERVISION', 'SUPPORT_CENTRE'])), name='agency_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='agency',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', [secure_communities.platform.agencies.vocabulary.AgencyKind['LOCAL_JAIL'], secure_communities.platform.agencies.vocabulary.AgencyKind['SUPERVISION'], secure_communities.platform.agencies.vocabulary.AgencyKind['STATE_BUREAU']]), _negated=True), ('state__isnull', False), _connector='OR'), name='local_and_state_agencies_have_a_state'),
        ),
        migrations.AddConstraint(
            model_name='agency',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', secure_communities.platform.agencies.vocabulary.AgencyKind['STATE_BUREAU'])), fields=('state',), name='one_bureau_per_state'),
        ),
        migrations.AddConstraint(
            model_name='transactionpermission',
            constraint=models.CheckConstraint(condition=models.Q(('tot__in', ['CAR', 'CNA', 'CPDR', 'CPNU'])), name='permission_is_for_a_criminal_tot'),
        ),
        migrations.AddConstraint(
            model_name='transactionpermission',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='permission_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='transactionpermission',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('originating_agency', '='), ('tot', '='), (models.Func('starts_on', 'ends_on', django.contrib.postgres.fields.ranges.RangeBoundary(), function='DATERANGE', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='one_permission_per_ori_and_tot'),
        ),
    ]
