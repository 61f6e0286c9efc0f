# SPDX-License-Identifier: Apache-2.0

import django.contrib.auth.validators
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import secure_communities.platform.access.roles
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=60, unique=True, validators=[django.contrib.auth.validators.ASCIIUsernameValidator()])),
                ('display_name', models.CharField(max_length=120)),
                ('is_active', models.BooleanField(default=True)),
                ('is_synthetic', models.BooleanField(default=True, help_text='An invented person of the demonstration nation')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='staff', to='agencies.agency')),
            ],
            options={
                'ordering': ['username'],
            },
        ),
        migrations.CreateModel(
            name='MachineKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prefix', models.CharField(max_length=12, unique=True)),
                ('digest', models.BinaryField(max_length=32)),
                ('created_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('originating_agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='machine_keys', to='agencies.originatingagency')),
            ],
            options={
                'ordering': ['originating_agency', 'created_at'],
            },
        ),
        migrations.CreateModel(
            name='RoleGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('BOOKING_OFFICER', 'Booking officer'), ('STATE_BUREAU', 'State bureau'), ('EXAMINER', 'Examiner'), ('LEAD_EXAMINER', 'Lead examiner'), ('SUPPORT_SPECIALIST', 'Support specialist'), ('AUTHORISED_OFFICER', 'Authorised officer'), ('SUPPORT_SUPERVISOR', 'Support supervisor'), ('FIELD_OFFICER', 'Field officer'), ('COUNSEL', 'Counsel'), ('PROGRAMME_MANAGER', 'Programme manager'), ('AUDITOR', 'Auditor'), ('ADMINISTRATOR', 'Administrator'), ('OPERATOR', 'Operator')], max_length=20)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('granted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='grants_made', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='role_grants', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['user', 'role', 'starts_at'],
            },
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('username__regex', '^[a-z0-9][a-z0-9._-]{0,59}$')), name='username_is_plain'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('display_name__regex', '\\S')), name='user_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='machinekey',
            constraint=models.CheckConstraint(condition=models.Q(('prefix__regex', '^[a-z2-7]{12}$')), name='key_prefix_is_plain'),
        ),
        migrations.AddConstraint(
            model_name='machinekey',
            constraint=models.CheckConstraint(condition=models.Q(('revoked_at__isnull', True), ('revoked_at__gte', models.F('created_at')), _connector='OR'), name='key_is_revoked_after_it_was_made'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['ADMINISTRATOR', 'AUDITOR', 'AUTHORISED_OFFICER', 'BOOKING_OFFICER', 'COUNSEL', 'EXAMINER', 'FIELD_OFFICER', 'LEAD_EXAMINER', 'OPERATOR', 'PROGRAMME_MANAGER', 'STATE_BUREAU', 'SUPPORT_SPECIALIST', 'SUPPORT_SUPERVISOR'])), name='granted_role_is_for_people'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('granted_by__isnull', False), models.Q(('granted_by', models.F('user')), _negated=True)), models.Q(('granted_by__isnull', True), ('role', secure_communities.platform.access.roles.Role['ADMINISTRATOR'])), _connector='OR'), name='nobody_grants_a_role_to_themselves'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gte', models.F('starts_at')), _connector='OR'), name='grant_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.UniqueConstraint(condition=models.Q(('granted_by__isnull', True)), fields=('role',), name='one_administrator_by_installation'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('user', '='), ('role', '='), (models.Func('starts_at', 'ends_at', django.contrib.postgres.fields.ranges.RangeBoundary(), function='TSTZRANGE', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='a_role_is_held_once_at_a_time'),
        ),
    ]
