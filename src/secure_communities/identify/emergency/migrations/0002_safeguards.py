# SPDX-License-Identifier: Apache-2.0
"""What was written of an emergency stays: only a review is added, once, by somebody who may review."""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION emergency_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'emergency access is kept' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.id, OLD.user_id, OLD.submission_id, OLD.sealed_reason, OLD.opened_at, OLD.ends_at)
       IS DISTINCT FROM (NEW.id, NEW.user_id, NEW.submission_id, NEW.sealed_reason, NEW.opened_at, NEW.ends_at)
       OR OLD.reviewed_at IS NOT NULL THEN
        RAISE EXCEPTION 'emergency access is reviewed once and never edited' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM accounts_rolegrant held
        WHERE held.user_id = NEW.reviewed_by_id AND held.role IN ('AUDITOR', 'SUPPORT_SUPERVISOR', 'FIELD_SUPERVISOR')
          AND tstzrange(held.starts_at, held.ends_at) @> NEW.reviewed_at
    ) THEN
        RAISE EXCEPTION 'only an auditor or a supervisor reviews emergency access'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_emergency BEFORE UPDATE OR DELETE ON emergency_emergencyaccess
    FOR EACH ROW EXECUTE FUNCTION emergency_keep();
"""

BACKWARD = """
DROP TRIGGER keep_emergency ON emergency_emergencyaccess;
DROP FUNCTION emergency_keep();
"""


class Migration(migrations.Migration):
    """A trigger, because neither a model nor a CHECK can see the row as it was."""

    dependencies = [("emergency", "0001_initial"), ("accounts", "0005_sessions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
