# SPDX-License-Identifier: Apache-2.0
"""In the database: an activation is withdrawn before its moment or not at all, and a withdrawal stays."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION rulesets_withdrawal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.decided_at < (SELECT effective_from FROM rulesets_activation WHERE id = NEW.activation_id) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'An activation is withdrawn before its moment: afterwards former rules are gone back to.'
            USING ERRCODE = 'check_violation';
    END IF;
    RAISE EXCEPTION 'A withdrawal is never changed or deleted: decide another activation.'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER rulesets_withdrawal_stays BEFORE INSERT OR UPDATE OR DELETE ON rulesets_withdrawal
    FOR EACH ROW EXECUTE FUNCTION rulesets_withdrawal_stays();
CREATE TRIGGER rulesets_withdrawal_is_not_emptied BEFORE TRUNCATE ON rulesets_withdrawal
    FOR EACH STATEMENT EXECUTE FUNCTION rulesets_withdrawal_stays();
"""
BACKWARD = """
DROP TRIGGER rulesets_withdrawal_stays ON rulesets_withdrawal;
DROP TRIGGER rulesets_withdrawal_is_not_emptied ON rulesets_withdrawal;
DROP FUNCTION rulesets_withdrawal_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("rulesets", "0004_withdrawal")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
