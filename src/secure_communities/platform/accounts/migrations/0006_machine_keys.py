# SPDX-License-Identifier: Apache-2.0
"""Scopes, an end and a sealed signing key for machine keys; nonces of signed requests."""

import django.contrib.postgres.fields
import django.db.models.deletion
import secure_communities.platform.accounts.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_sessions'),
        ('agencies', '0003_more_channels'),
        ('keys', '0003_key_ring'),
    ]

    operations = [
        migrations.CreateModel(
            name='MachineRule',
            fields=[
                ('originating_agency', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='machine_rule', serialize=False, to='agencies.originatingagency')),
                ('signed_only', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='SpentNonce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nonce', models.CharField(max_length=64)),
                ('spent_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name='machinekey',
            name='data_key',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='keys.datakey'),
        ),
        migrations.AddField(
            model_name='machinekey',
            name='ends_at',
            field=models.DateTimeField(blank=True, help_text='When its successor has replaced it', null=True),
        ),
        migrations.AddField(
            model_name='machinekey',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=secure_communities.platform.accounts.models.every_scope, size=None),
        ),
        migrations.AddField(
            model_name='machinekey',
            name='signing_box',
            field=models.BinaryField(null=True),
        ),
        migrations.AddConstraint(
            model_name='machinekey',
            constraint=models.CheckConstraint(condition=models.Q(('scopes__contained_by', ['READ_RESPONSES', 'SUBMIT', 'WEBHOOKS']), ('scopes__len__gte', 1)), name='key_has_known_scopes'),
        ),
        migrations.AddConstraint(
            model_name='machinekey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('data_key__isnull', True), ('signing_box__isnull', True)), models.Q(('data_key__isnull', False), ('signing_box__isnull', False)), _connector='OR'), name='signing_box_names_its_key'),
        ),
        migrations.AddField(
            model_name='spentnonce',
            name='key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.machinekey'),
        ),
        migrations.AddConstraint(
            model_name='spentnonce',
            constraint=models.UniqueConstraint(fields=('key', 'nonce'), name='a_nonce_is_spent_once'),
        ),
    ]
