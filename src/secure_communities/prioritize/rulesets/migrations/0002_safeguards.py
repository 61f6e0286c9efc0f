# SPDX-License-Identifier: Apache-2.0
"""In the database: stored rule sets and activations stay."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION rulesets_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'S17: a stored rule set is never changed or deleted: load the next version.'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER rulesets_rulesetversion_stays BEFORE UPDATE OR DELETE ON rulesets_rulesetversion FOR EACH ROW EXECUTE FUNCTION rulesets_stay();
CREATE TRIGGER rulesets_rulesetversion_is_not_emptied BEFORE TRUNCATE ON rulesets_rulesetversion FOR EACH STATEMENT EXECUTE FUNCTION rulesets_stay();
CREATE FUNCTION rulesets_activation_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NOT (to_jsonb(NEW) - '{announced_at}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{announced_at}'::text[]) THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'An activation is never changed or deleted: going back is another one.'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER rulesets_activation_stays BEFORE UPDATE OR DELETE ON rulesets_activation FOR EACH ROW EXECUTE FUNCTION rulesets_activation_stays();
CREATE TRIGGER rulesets_activation_is_not_emptied BEFORE TRUNCATE ON rulesets_activation FOR EACH STATEMENT EXECUTE FUNCTION rulesets_activation_stays();
"""
BACKWARD = """
DROP TRIGGER rulesets_activation_stays ON rulesets_activation;
DROP TRIGGER rulesets_activation_is_not_emptied ON rulesets_activation;
DROP FUNCTION rulesets_activation_stays();
DROP TRIGGER rulesets_rulesetversion_stays ON rulesets_rulesetversion;
DROP TRIGGER rulesets_rulesetversion_is_not_emptied ON rulesets_rulesetversion;
DROP FUNCTION rulesets_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("rulesets", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
