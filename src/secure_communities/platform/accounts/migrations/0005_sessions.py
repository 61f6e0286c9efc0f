# SPDX-License-Identifier: Apache-2.0
"""Sessions of staff, and the last code that an authenticator app has spent."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_roles_apart'),
    ]

    operations = [
        migrations.CreateModel(
            name='TimeStep',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='time_step', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('step', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='StaffSession',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('started_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField()),
                ('address', models.GenericIPAddressField(null=True)),
                ('program', models.CharField(blank=True, help_text='What the browser calls itself', max_length=200)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_because', models.CharField(blank=True, choices=[('SIGNED_OUT', 'Signed out'), ('IDLE', 'Idle'), ('TOO_LONG', 'Too long'), ('TOO_MANY', 'Too many'), ('ENDED_ELSEWHERE', 'Ended elsewhere'), ('PASSWORD_CHANGED', 'Password changed')], max_length=20)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-started_at'],
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['user'], name='running_sessions')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ended_because__in', ['ENDED_ELSEWHERE', 'IDLE', 'PASSWORD_CHANGED', 'SIGNED_OUT', 'TOO_LONG', 'TOO_MANY', ''])), name='session_ends_for_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_because', '')), models.Q(('ended_at__gte', models.F('started_at')), models.Q(('ended_because', ''), _negated=True)), _connector='OR'), name='ended_session_says_why')],
            },
        ),
    ]
