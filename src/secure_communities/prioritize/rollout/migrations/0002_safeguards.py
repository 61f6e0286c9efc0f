# SPDX-License-Identifier: Apache-2.0
"""In the database: plans stay as they were computed, and nobody approves their own."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION rollout_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A plan of the roll-out is never changed or deleted: plan again.'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER rollout_plan_stays BEFORE UPDATE OR DELETE ON rollout_rolloutplan FOR EACH ROW EXECUTE FUNCTION rollout_stays();
CREATE TRIGGER rollout_plan_is_not_emptied BEFORE TRUNCATE ON rollout_rolloutplan FOR EACH STATEMENT EXECUTE FUNCTION rollout_stays();
CREATE TRIGGER rollout_activation_stays BEFORE UPDATE OR DELETE ON rollout_plannedactivation FOR EACH ROW EXECUTE FUNCTION rollout_stays();
CREATE TRIGGER rollout_activation_is_not_emptied BEFORE TRUNCATE ON rollout_plannedactivation FOR EACH STATEMENT EXECUTE FUNCTION rollout_stays();
CREATE TRIGGER rollout_approval_stays BEFORE UPDATE OR DELETE ON rollout_planapproval FOR EACH ROW EXECUTE FUNCTION rollout_stays();
CREATE TRIGGER rollout_approval_is_not_emptied BEFORE TRUNCATE ON rollout_planapproval FOR EACH STATEMENT EXECUTE FUNCTION rollout_stays();
CREATE FUNCTION rollout_approved_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM rollout_rolloutplan WHERE id = NEW.plan_id AND made_by_id = NEW.approved_by_id) THEN
        RAISE EXCEPTION 'Whoever approves a plan has not made it.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rollout_approved_by_another BEFORE INSERT ON rollout_planapproval FOR EACH ROW EXECUTE FUNCTION rollout_approved_by_another();
CREATE FUNCTION rollout_approved_plan_is_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM rollout_planapproval WHERE plan_id = NEW.plan_id) THEN
        RAISE EXCEPTION 'A county is not added to a plan that was approved.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rollout_approved_plan_is_closed BEFORE INSERT ON rollout_plannedactivation FOR EACH ROW EXECUTE FUNCTION rollout_approved_plan_is_closed();
"""
BACKWARD = """
DROP TRIGGER rollout_approved_plan_is_closed ON rollout_plannedactivation;
DROP FUNCTION rollout_approved_plan_is_closed();
DROP TRIGGER rollout_approved_by_another ON rollout_planapproval;
DROP FUNCTION rollout_approved_by_another();
DROP TRIGGER rollout_approval_stays ON rollout_planapproval;
DROP TRIGGER rollout_approval_is_not_emptied ON rollout_planapproval;
DROP TRIGGER rollout_activation_stays ON rollout_plannedactivation;
DROP TRIGGER rollout_activation_is_not_emptied ON rollout_plannedactivation;
DROP TRIGGER rollout_plan_stays ON rollout_rolloutplan;
DROP TRIGGER rollout_plan_is_not_emptied ON rollout_rolloutplan;
DROP FUNCTION rollout_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("rollout", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
