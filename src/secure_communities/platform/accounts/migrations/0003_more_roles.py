# SPDX-License-Identifier: Apache-2.0
"""Five more roles of the institution."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_grants_and_keys_are_kept'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='rolegrant',
            name='granted_role_is_for_people',
        ),
        migrations.AlterField(
            model_name='rolegrant',
            name='role',
            field=models.CharField(choices=[('BOOKING_OFFICER', 'Booking officer'), ('STATE_BUREAU', 'State bureau'), ('EXAMINER', 'Examiner'), ('LEAD_EXAMINER', 'Lead examiner'), ('SUPPORT_SPECIALIST', 'Support specialist'), ('AUTHORISED_OFFICER', 'Authorised officer'), ('SUPPORT_SUPERVISOR', 'Support supervisor'), ('FIELD_OFFICER', 'Field officer'), ('FIELD_SUPERVISOR', 'Field supervisor'), ('CUSTODY', 'Custody'), ('TRANSPORT', 'Transport'), ('HEARING_CLERK', 'Hearing clerk'), ('COUNSEL', 'Counsel'), ('PROGRAMME_MANAGER', 'Programme manager'), ('AUDITOR', 'Auditor'), ('REDRESS_OFFICER', 'Redress officer'), ('ADMINISTRATOR', 'Administrator'), ('OPERATOR', 'Operator')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['ADMINISTRATOR', 'AUDITOR', 'AUTHORISED_OFFICER', 'BOOKING_OFFICER', 'COUNSEL', 'CUSTODY', 'EXAMINER', 'FIELD_OFFICER', 'FIELD_SUPERVISOR', 'HEARING_CLERK', 'LEAD_EXAMINER', 'OPERATOR', 'PROGRAMME_MANAGER', 'REDRESS_OFFICER', 'STATE_BUREAU', 'SUPPORT_SPECIALIST', 'SUPPORT_SUPERVISOR', 'TRANSPORT'])), name='granted_role_is_for_people'),
        ),
    ]
