# SPDX-License-Identifier: Apache-2.0
"""In the database: what jurisdictions set, and how ready they were said to be, is never changed or deleted (S24)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION deployment_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'S24: what a jurisdiction set or reported is never changed or deleted: a new entry is added.'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER switch_stays BEFORE UPDATE OR DELETE ON deployment_switchsetting
    FOR EACH ROW EXECUTE FUNCTION deployment_stays();
CREATE TRIGGER switches_stay BEFORE TRUNCATE ON deployment_switchsetting
    FOR EACH STATEMENT EXECUTE FUNCTION deployment_stays();
CREATE TRIGGER readiness_stays BEFORE UPDATE OR DELETE ON deployment_readiness
    FOR EACH ROW EXECUTE FUNCTION deployment_stays();
CREATE TRIGGER all_readiness_stays BEFORE TRUNCATE ON deployment_readiness
    FOR EACH STATEMENT EXECUTE FUNCTION deployment_stays();
"""
BACKWARD = """
DROP TRIGGER switch_stays ON deployment_switchsetting;
DROP TRIGGER switches_stay ON deployment_switchsetting;
DROP TRIGGER readiness_stays ON deployment_readiness;
DROP TRIGGER all_readiness_stays ON deployment_readiness;
DROP FUNCTION deployment_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("deployment", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
