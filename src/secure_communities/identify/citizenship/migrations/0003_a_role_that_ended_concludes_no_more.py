# SPDX-License-Identifier: Apache-2.0
"""Nobody whose role has ended concludes on a sign of citizenship, whatever moment the row gives (S2)."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER reviewer_still_holds_the_role BEFORE INSERT ON citizenship_clearance
    FOR EACH ROW EXECUTE FUNCTION research_reviewer_still_holds_the_role();
"""
BACKWARD = "DROP TRIGGER reviewer_still_holds_the_role ON citizenship_clearance;"


class Migration(migrations.Migration):
    dependencies = [
        ("citizenship", "0002_safeguards"),
        ("research", "0012_a_role_that_ended_acts_no_more"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
