# SPDX-License-Identifier: Apache-2.0
"""In the database: a submission's content never changes, and no probe enters the immigration side without
participation on record for that day (S9)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION intake_submission_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A submission is never deleted.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (NEW.content, NEW.sha256, NEW.tcn, NEW.originator_id, NEW.purpose, NEW.received_at, NEW.control_number)
       IS DISTINCT FROM
       (OLD.content, OLD.sha256, OLD.tcn, OLD.originator_id, OLD.purpose, OLD.received_at, OLD.control_number) THEN
        RAISE EXCEPTION 'What was submitted is never changed.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER submission_stays BEFORE UPDATE OR DELETE ON intake_submission
    FOR EACH ROW EXECUTE FUNCTION intake_submission_stays();

CREATE FUNCTION intake_probe_needs_participation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.register = 'immigration' AND NOT EXISTS (
        -- An ORI's own entry in force overrules its county's, and an ORI that left, or whose participation was
        -- terminated, is not brought back by its county.
        WITH facts AS (
            SELECT o.id AS ori, o.county_id AS county, s.purpose, (s.received_at AT TIME ZONE 'UTC')::date AS day
            FROM intake_submission s JOIN agencies_originatingagency o ON o.id = s.originator_id
            WHERE s.id = NEW.submission_id
        ), own AS (
            SELECT p.*, p.ends_on IS NULL OR p.ends_on > f.day AS in_force FROM agencies_participation p, facts f
            WHERE p.originating_agency_id = f.ori AND p.purpose = f.purpose AND p.starts_on <= f.day
        ), last_exit AS (
            SELECT exit FROM own ORDER BY coalesce(ends_on, 'infinity'::date) DESC, id DESC LIMIT 1
        ), entries AS (
            SELECT consent FROM own WHERE in_force
            UNION ALL
            SELECT p.consent FROM agencies_participation p, facts f
            WHERE p.county_id = f.county AND p.purpose = f.purpose
              AND p.starts_on <= f.day AND (p.ends_on IS NULL OR p.ends_on > f.day)
              AND NOT EXISTS (SELECT FROM own WHERE in_force)
              AND NOT EXISTS (SELECT FROM last_exit WHERE exit IN ('WITHDREW', 'TERMINATED'))
        )
        SELECT FROM entries WHERE consent = 'AGREED'
    ) THEN
        RAISE EXCEPTION 'S9: no participation on record for this ORI, purpose and day; the immigration register is not searched.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's9_participation_on_record';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER probe_needs_participation BEFORE INSERT OR UPDATE ON intake_probe
    FOR EACH ROW EXECUTE FUNCTION intake_probe_needs_participation();
"""

BACKWARD = """
DROP TRIGGER submission_stays ON intake_submission;
DROP FUNCTION intake_submission_stays();
DROP TRIGGER probe_needs_participation ON intake_probe;
DROP FUNCTION intake_probe_needs_participation();
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial"), ("agencies", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
