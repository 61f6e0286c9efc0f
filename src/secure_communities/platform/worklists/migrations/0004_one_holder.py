# SPDX-License-Identifier: Apache-2.0
"""In the database (S20): an item passes to another person only when its hold has run out, or when its holder or a
supervisor hands it over; completed work stays completed; items and notes stay."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION worklists_one_holder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'work items are kept' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'completed work stays as it was completed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.worklist, NEW.about_type, NEW.about_id, NEW.opened_at)
       IS DISTINCT FROM (OLD.worklist, OLD.about_type, OLD.about_id, OLD.opened_at) THEN
        RAISE EXCEPTION 'a work item stays about what it was opened for' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.claimed_by_id IS NOT NULL AND NEW.claimed_by_id IS NOT NULL AND NEW.claimed_by_id <> OLD.claimed_by_id
       AND NEW.claimed_at < OLD.lease_until
       AND NOT (NEW.handed_by_id IS NOT NULL AND (
           NEW.handed_by_id = OLD.claimed_by_id OR EXISTS (
               SELECT FROM accounts_rolegrant g JOIN accounts_user u ON u.id = g.user_id
               WHERE g.user_id = NEW.handed_by_id AND u.is_active
                 AND g.role IN ('SUPPORT_SUPERVISOR', 'LEAD_EXAMINER', 'FIELD_SUPERVISOR')
                 AND g.starts_at <= NEW.claimed_at AND (g.ends_at IS NULL OR g.ends_at > NEW.claimed_at)))) THEN
        RAISE EXCEPTION 'S20: the item is held by somebody else; a hold ends, or is handed over'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's20_one_holder';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER one_holder BEFORE UPDATE OR DELETE ON worklists_workitem
    FOR EACH ROW EXECUTE FUNCTION worklists_one_holder();

CREATE FUNCTION worklists_notes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'notes are never changed or deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER notes_stay BEFORE UPDATE OR DELETE ON worklists_worknote
    FOR EACH ROW EXECUTE FUNCTION worklists_notes_stay();
"""

BACKWARD = """
DROP TRIGGER notes_stay ON worklists_worknote;
DROP FUNCTION worklists_notes_stay();
DROP TRIGGER one_holder ON worklists_workitem;
DROP FUNCTION worklists_one_holder();
"""


class Migration(migrations.Migration):
    dependencies = [("worklists", "0003_every_item_has_a_place"), ("accounts", "0002_grants_and_keys_are_kept")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
