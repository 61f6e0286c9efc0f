# SPDX-License-Identifier: Apache-2.0
"""In the database: an item of an office is held by that office's people alone, and stays that office's."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION worklists_own_office() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.office_id IS DISTINCT FROM OLD.office_id THEN
        RAISE EXCEPTION 'a work item stays with the office it was opened for' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.office_id IS NOT NULL AND NEW.claimed_by_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM accounts_user u WHERE u.id = NEW.claimed_by_id AND u.agency_id = NEW.office_id) THEN
        RAISE EXCEPTION 'the work belongs to another office'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'work_is_held_in_its_own_office';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER own_office BEFORE INSERT OR UPDATE OF office_id, claimed_by_id ON worklists_workitem
    FOR EACH ROW EXECUTE FUNCTION worklists_own_office();
"""

BACKWARD = """
DROP TRIGGER own_office ON worklists_workitem;
DROP FUNCTION worklists_own_office();
"""


class Migration(migrations.Migration):
    dependencies = [("worklists", "0005_office")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
