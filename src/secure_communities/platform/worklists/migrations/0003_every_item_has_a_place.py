# SPDX-License-Identifier: Apache-2.0
"""Items that were open before get a place, a clock and a claim's beginning; then the rules hold for all."""

import datetime

import django.db.models.expressions
from django.db import migrations, models

FORWARD = """
UPDATE worklists_workitem SET
    clock_started_at = LEAST(opened_at, due_at - interval '1 second'),
    order_key = '1-' || lpad(((extract(epoch FROM due_at - interval '2 hours') * 1000000)::bigint)::text, 18, '0'),
    claimed_at = lease_until - interval '30 minutes',
    acted_at = lease_until - interval '30 minutes',
    next_notice_at = CASE WHEN closed_at IS NULL THEN due_at END;
"""


class Migration(migrations.Migration):
    dependencies = [("worklists", "0002_hold_order_clock_notes")]
    operations = [
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='workitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('acted_at__isnull', True), ('claimed_at__isnull', True), ('claimed_by__isnull', True), ('handed_by__isnull', True), ('lease_until__isnull', True)), models.Q(('acted_at__gte', models.F('claimed_at')), ('acted_at__isnull', False), ('claimed_at__isnull', False), ('claimed_by__isnull', False), ('lease_until__gt', models.F('claimed_at')), ('lease_until__isnull', False)), _connector='OR'), name='a_claim_has_a_lease'),
        ),
        migrations.AddConstraint(
            model_name='workitem',
            constraint=models.CheckConstraint(condition=models.Q(('lease_until__isnull', True), ('lease_until__lte', django.db.models.expressions.CombinedExpression(models.F('acted_at'), '+', models.Value(datetime.timedelta(seconds=7200)))), _connector='OR'), name='a_hold_ends_soon_after_the_last_act'),
        ),
        migrations.AddConstraint(
            model_name='workitem',
            constraint=models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), ('claimed_by__isnull', True), _connector='OR'), name='closed_work_is_held_by_nobody'),
        ),
        migrations.AddConstraint(
            model_name='workitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('order_class', 0), ('order_key__startswith', '0-')), models.Q(('order_class__gt', 0), ('order_class__lte', 9), ('order_key__startswith', '1-')), _connector='OR'), name='the_first_class_sorts_first'),
        ),
        migrations.AddConstraint(
            model_name='workitem',
            constraint=models.CheckConstraint(condition=models.Q(('order_reason', ''), _negated=True), name='an_order_says_why'),
        ),
        migrations.AddConstraint(
            model_name='workitem',
            constraint=models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('clock_started_at'))), name='work_is_due_after_it_started'),
        ),
    ]
