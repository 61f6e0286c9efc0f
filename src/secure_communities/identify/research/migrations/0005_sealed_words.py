# SPDX-License-Identifier: Apache-2.0
"""Columns for the sealed words of drafts and signatures, still empty."""

from django.db import migrations, models

AUTHORITIES = ["OFFICER_POWERS", "DELEGATION", "STATUS_INQUIRY", "STATED_IN_WORDS"]
CONFIDENCES = ["ESTABLISHED", "AGREEING", "SINGLE_RECORD", "CONTRADICTED", "INSUFFICIENT", "STATED_IN_WORDS"]


def _named(codes):
    return [(code, code.replace("_", " ").capitalize()) for code in codes]


class Migration(migrations.Migration):
    dependencies = [("research", "0004_fast_lists")]
    operations = [
        migrations.RemoveConstraint("determination", "a_signature_states_authority"),
        migrations.AlterField("draft", "confidence", models.CharField(max_length=200, null=True)),
        migrations.AlterField("determination", "authority", models.CharField(max_length=200, null=True)),
        migrations.AlterField("determination", "reason", models.TextField(null=True)),
        migrations.AddField(
            "draft",
            "confidence_code",
            models.CharField(max_length=16, choices=_named(CONFIDENCES), default="STATED_IN_WORDS"),
            preserve_default=False,
        ),
        migrations.AddField("draft", "sealed_confidence", models.BinaryField(null=True)),
        migrations.AddField(
            "draft", "rules_version", models.CharField(max_length=8, default="1.0"), preserve_default=False
        ),
        migrations.AddField(
            "determination",
            "authority_code",
            models.CharField(max_length=16, choices=_named(AUTHORITIES), default="STATED_IN_WORDS"),
            preserve_default=False,
        ),
        migrations.AddField("determination", "sealed_authority", models.BinaryField(null=True)),
        migrations.AddField("determination", "sealed_reason", models.BinaryField(null=True)),
    ]
