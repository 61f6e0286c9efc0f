# SPDX-License-Identifier: Apache-2.0
"""The clear text goes; what replaces it is never empty."""

from django.db import migrations, models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

EMPTY_BOX = 33
AUTHORITIES = ["DELEGATION", "OFFICER_POWERS", "STATED_IN_WORDS", "STATUS_INQUIRY"]
CONFIDENCES = ["AGREEING", "CONTRADICTED", "ESTABLISHED", "INSUFFICIENT", "SINGLE_RECORD", "STATED_IN_WORDS"]


class Migration(migrations.Migration):
    dependencies = [("research", "0006_seal_words")]
    operations = [
        migrations.RemoveField("draft", "confidence"),
        migrations.RemoveField("determination", "authority"),
        migrations.RemoveField("determination", "reason"),
        migrations.AlterField("draft", "sealed_confidence", models.BinaryField()),
        migrations.AlterField("determination", "sealed_authority", models.BinaryField()),
        migrations.AlterField("determination", "sealed_reason", models.BinaryField()),
        migrations.AddConstraint(
            "draft",
            models.CheckConstraint(
                name="a_draft_states_a_known_confidence", condition=models.Q(confidence_code__in=CONFIDENCES)
            ),
        ),
        migrations.AddConstraint(
            "draft",
            models.CheckConstraint(
                name="a_draft_says_how_sure_it_is", condition=GreaterThan(Length("sealed_confidence"), EMPTY_BOX)
            ),
        ),
        migrations.AddConstraint(
            "determination",
            models.CheckConstraint(
                name="a_signature_rests_on_a_known_authority", condition=models.Q(authority_code__in=AUTHORITIES)
            ),
        ),
        migrations.AddConstraint(
            "determination",
            models.CheckConstraint(
                name="a_signature_states_authority",
                condition=GreaterThan(Length("sealed_authority"), EMPTY_BOX)
                & GreaterThan(Length("sealed_reason"), EMPTY_BOX),
            ),
        ),
    ]
