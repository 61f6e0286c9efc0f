# SPDX-License-Identifier: Apache-2.0
"""Indexes that lists of a million rows are answered by."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0005_submission_form'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='submission',
            name='intake_subm_receive_a3ab7a_idx',
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['-received_at', '-id'], name='submissions_newest_first'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['originator', '-received_at', '-id'], name='submissions_of_an_agency'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(condition=models.Q(('intake_state', 'accepted'), _negated=True), fields=['-received_at', '-id'], name='submissions_unsettled'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(condition=models.Q(('criminal_state', 'examiner'), ('immigration_state', 'examiner'), _connector='OR'), fields=['-received_at', '-id'], name='submissions_at_examiners'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['tcn'], name='submissions_by_tcn', opclasses=['varchar_pattern_ops']),
        ),
    ]
