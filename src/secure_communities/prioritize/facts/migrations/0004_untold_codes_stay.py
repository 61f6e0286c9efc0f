# SPDX-License-Identifier: Apache-2.0
"""In the database: that a person could not tell a charge's code is never changed or deleted."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER facts_untoldcode_stays BEFORE UPDATE OR DELETE ON facts_untoldcode
    FOR EACH ROW EXECUTE FUNCTION facts_stay();
CREATE TRIGGER facts_untoldcode_is_not_emptied BEFORE TRUNCATE ON facts_untoldcode
    FOR EACH STATEMENT EXECUTE FUNCTION facts_stay();
"""
BACKWARD = """
DROP TRIGGER facts_untoldcode_stays ON facts_untoldcode;
DROP TRIGGER facts_untoldcode_is_not_emptied ON facts_untoldcode;
"""


class Migration(migrations.Migration):
    dependencies = [("facts", "0003_untold_codes")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
