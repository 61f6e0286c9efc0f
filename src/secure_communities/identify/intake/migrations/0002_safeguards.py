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
        SELECT FROM intake_submission s
        JOIN agencies_originatingagency o ON o.id = s.originator_id
        JOIN agencies_participation p
          ON (p.originating_agency_id = o.id OR p.county_id = o.county_id) AND p.purpose = s.purpose
        WHERE s.id = NEW.submission_id
          AND p.consent = 'AGREED'
          AND p.starts_on <= (s.received_at AT TIME ZONE 'UTC')::date
          AND (p.ends_on IS NULL OR p.ends_on > (s.received_at AT TIME ZONE 'UTC')::date)
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
