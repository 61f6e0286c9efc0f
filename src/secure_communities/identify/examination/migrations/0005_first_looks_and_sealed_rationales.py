# SPDX-License-Identifier: Apache-2.0
"""Room for a lead's first look, and for rationales that are sealed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

VERDICTS = [("identification", "Identification"), ("exclusion", "Exclusion"), ("inconclusive", "Inconclusive")]


class Migration(migrations.Migration):
    dependencies = [
        ("examination", "0004_contributions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("decision", "sealed_rationale", models.BinaryField(null=True)),
        migrations.CreateModel(
            name="FirstLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verdict", models.CharField(choices=VERDICTS, max_length=16)),
                ("sealed_rationale", models.BinaryField()),
                ("looked_at", models.DateTimeField()),
                (
                    "candidate",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="examination.candidate",
                    ),
                ),
                (
                    "examination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="first_looks",
                        to="examination.examination",
                    ),
                ),
                (
                    "examiner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.AddConstraint(
            "firstlook",
            models.UniqueConstraint(fields=["examination", "examiner"], name="one_first_look_a_lead"),
        ),
        migrations.AddConstraint(
            "firstlook",
            models.CheckConstraint(
                name="a_look_that_identifies_names_its_candidate",
                condition=models.Q(verdict="identification", candidate__isnull=False)
                | (~models.Q(verdict="identification") & models.Q(candidate__isnull=True)),
            ),
        ),
        migrations.AddConstraint(
            "firstlook",
            models.CheckConstraint(
                name="a_first_look_has_a_rationale", condition=~models.Q(sealed_rationale=b"")
            ),
        ),
    ]
