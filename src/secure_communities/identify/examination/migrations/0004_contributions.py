# SPDX-License-Identifier: Apache-2.0
"""What each finger contributed to a candidate's score is kept beside the scores."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("examination", "0003_confirmed_candidate_is_of_this_comparison")]

    operations = [
        migrations.AddField(
            model_name="candidate",
            name="contributions",
            field=models.JSONField(default=dict),
        )
    ]
