# SPDX-License-Identifier: Apache-2.0
"""In the database: what officers state is never changed or deleted."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION facts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What an officer stated is never changed or deleted: state it anew.'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER facts_finding_stays BEFORE UPDATE OR DELETE ON facts_finding FOR EACH ROW EXECUTE FUNCTION facts_stay();
CREATE TRIGGER facts_finding_is_not_emptied BEFORE TRUNCATE ON facts_finding FOR EACH STATEMENT EXECUTE FUNCTION facts_stay();
CREATE TRIGGER facts_circumstance_stays BEFORE UPDATE OR DELETE ON facts_circumstance FOR EACH ROW EXECUTE FUNCTION facts_stay();
CREATE TRIGGER facts_circumstance_is_not_emptied BEFORE TRUNCATE ON facts_circumstance FOR EACH STATEMENT EXECUTE FUNCTION facts_stay();
CREATE TRIGGER facts_outcomecheck_stays BEFORE UPDATE OR DELETE ON facts_outcomecheck FOR EACH ROW EXECUTE FUNCTION facts_stay();
CREATE TRIGGER facts_outcomecheck_is_not_emptied BEFORE TRUNCATE ON facts_outcomecheck FOR EACH STATEMENT EXECUTE FUNCTION facts_stay();
"""
BACKWARD = """
DROP TRIGGER facts_finding_stays ON facts_finding;
DROP TRIGGER facts_finding_is_not_emptied ON facts_finding;
DROP TRIGGER facts_circumstance_stays ON facts_circumstance;
DROP TRIGGER facts_circumstance_is_not_emptied ON facts_circumstance;
DROP TRIGGER facts_outcomecheck_stays ON facts_outcomecheck;
DROP TRIGGER facts_outcomecheck_is_not_emptied ON facts_outcomecheck;
DROP FUNCTION facts_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("facts", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
