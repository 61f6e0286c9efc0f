# SPDX-License-Identifier: Apache-2.0
"""The clear column goes; every decision has its sealed rationale."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("examination", "0006_seal_rationales")]
    operations = [
        migrations.RemoveConstraint("decision", "a_decision_has_a_rationale"),
        migrations.AlterField("decision", "sealed_rationale", models.BinaryField()),
        migrations.AddConstraint(
            "decision",
            models.CheckConstraint(name="a_decision_has_a_rationale", condition=~models.Q(sealed_rationale=b"")),
        ),
        # Going back, the column is there again before it is filled: so with a word in it, not without one.
        migrations.AlterField("decision", "rationale", models.TextField(default="(sealed)")),
        migrations.RemoveField("decision", "rationale"),
    ]
