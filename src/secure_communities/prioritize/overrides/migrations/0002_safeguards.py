# SPDX-License-Identifier: Apache-2.0
"""In the database: proposals stay, are decided once by a supervisor who is another person, and end."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION overrides_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NOT (to_jsonb(NEW) - '{state,decided_by_id,decided_at,sealed_decision,ended_at,ended_because}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{state,decided_by_id,decided_at,sealed_decision,ended_at,ended_because}'::text[]) THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'What was proposed is never changed or deleted: end it and propose anew.'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER overrides_override_stays BEFORE UPDATE OR DELETE ON overrides_override FOR EACH ROW EXECUTE FUNCTION overrides_stay();
CREATE TRIGGER overrides_override_is_not_emptied BEFORE TRUNCATE ON overrides_override FOR EACH STATEMENT EXECUTE FUNCTION overrides_stay();

CREATE FUNCTION overrides_take_their_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'proposed' THEN
            RAISE EXCEPTION 'An override begins as a proposal.' USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (SELECT FROM assessments_assessment a WHERE a.id = NEW.assessment_id
                   AND (a.answer = 'NOT_APPLICABLE' OR a.query_id <> NEW.query_id)) THEN
            RAISE EXCEPTION 'S2: where the rules do not apply no level can be given.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (('proposed', 'in_force'), ('proposed', 'refused'), ('proposed', 'ended'),
                                      ('in_force', 'ended'))
       OR (OLD.decided_by_id IS NOT NULL AND (NEW.decided_by_id, NEW.decided_at)
           IS DISTINCT FROM (OLD.decided_by_id, OLD.decided_at)) THEN
        RAISE EXCEPTION 'An override is decided once and ends once.' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'proposed' AND NEW.state = 'in_force' AND NOT EXISTS (
        SELECT FROM accounts_rolegrant g WHERE g.user_id = NEW.decided_by_id
          AND g.role IN ('FIELD_SUPERVISOR', 'SUPPORT_SUPERVISOR') AND g.starts_at <= NEW.decided_at
          AND (g.ends_at IS NULL OR g.ends_at > NEW.decided_at)
    ) THEN
        RAISE EXCEPTION 'Only a supervisor puts an override in force.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER overrides_take_their_steps BEFORE INSERT OR UPDATE ON overrides_override
    FOR EACH ROW EXECUTE FUNCTION overrides_take_their_steps();
"""
BACKWARD = """
DROP TRIGGER overrides_take_their_steps ON overrides_override;
DROP FUNCTION overrides_take_their_steps();
DROP TRIGGER overrides_override_stays ON overrides_override;
DROP TRIGGER overrides_override_is_not_emptied ON overrides_override;
DROP FUNCTION overrides_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("overrides", "0001_initial"), ("accounts", "0004_roles_apart"), ("assessments", "0002_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
