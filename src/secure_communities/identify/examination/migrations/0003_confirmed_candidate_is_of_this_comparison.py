# SPDX-License-Identifier: Apache-2.0
"""S1 without side doors: a comparison is confirmed by a candidate of its own, and neither comparison nor candidate
changes whom it is about."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION examination_confirmed_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    required integer := CASE NEW.register WHEN 'immigration' THEN 2 ELSE 1 END;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.submission_id, NEW.register) IS DISTINCT FROM (OLD.submission_id, OLD.register) THEN
        RAISE EXCEPTION 'A comparison stays with its submission.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.finding IN ('confirmed', 'rejected', 'inconclusive')
       AND (NEW.finding, NEW.confirmed_id) IS DISTINCT FROM (OLD.finding, OLD.confirmed_id) THEN
        RAISE EXCEPTION 'A closed comparison stays as it was decided.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.finding = 'confirmed' AND (
        examination_identifications(NEW.confirmed_id) < required
        OR NOT EXISTS (
            SELECT FROM examination_candidate c WHERE c.id = NEW.confirmed_id AND c.examination_id = NEW.id
        )
    ) THEN
        RAISE EXCEPTION 'S1: % examiner(s) must have identified the same candidate before it is confirmed.', required
            USING ERRCODE = 'check_violation', CONSTRAINT = 's1_two_examiners';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION examination_match_confirmed(submission bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM examination_examination e
        JOIN examination_candidate c ON c.id = e.confirmed_id AND c.examination_id = e.id
        WHERE e.submission_id = submission AND e.register = 'immigration' AND e.finding = 'confirmed'
          AND examination_identifications(c.id) >= 2
    )
$$;

CREATE FUNCTION examination_candidate_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A candidate is never changed or deleted.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER candidate_stays BEFORE UPDATE OR DELETE ON examination_candidate
    FOR EACH ROW EXECUTE FUNCTION examination_candidate_stays();
"""

BACKWARD = """
DROP TRIGGER candidate_stays ON examination_candidate;
DROP FUNCTION examination_candidate_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("examination", "0002_safeguards")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
