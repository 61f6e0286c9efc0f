# SPDX-License-Identifier: Apache-2.0
"""In the database: decisions stay, only examiners decide, and nothing is confirmed in the immigration register
unless two different examiners identified the same candidate (S1)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION examination_decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'An examiner''s decision is never changed or deleted.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER decision_stays BEFORE UPDATE OR DELETE ON examination_decision
    FOR EACH ROW EXECUTE FUNCTION examination_decision_stays();

CREATE FUNCTION examination_only_examiners_decide() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM accounts_rolegrant g JOIN accounts_user u ON u.id = g.user_id
        WHERE g.user_id = NEW.examiner_id AND u.is_active
          AND (g.role = 'LEAD_EXAMINER' OR (g.role = 'EXAMINER' AND NOT NEW.lead))
          AND g.starts_at <= NEW.decided_at AND (g.ends_at IS NULL OR g.ends_at > NEW.decided_at)
    ) THEN
        RAISE EXCEPTION 'S1: only an examiner decides a comparison, and only a lead examiner a disagreement.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's1_only_examiners_decide';
    END IF;
    IF NEW.candidate_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM examination_candidate c WHERE c.id = NEW.candidate_id AND c.examination_id = NEW.examination_id
    ) THEN
        RAISE EXCEPTION 'The candidate belongs to another comparison.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's1_candidate_of_this_comparison';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_examiners_decide BEFORE INSERT ON examination_decision
    FOR EACH ROW EXECUTE FUNCTION examination_only_examiners_decide();

CREATE FUNCTION examination_identifications(candidate bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT count(DISTINCT examiner_id) FROM examination_decision
    WHERE candidate_id = candidate AND verdict = 'identification'
$$;

CREATE FUNCTION examination_confirmed_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    required integer := CASE NEW.register WHEN 'immigration' THEN 2 ELSE 1 END;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.finding IN ('confirmed', 'rejected', 'inconclusive')
       AND (NEW.finding, NEW.confirmed_id) IS DISTINCT FROM (OLD.finding, OLD.confirmed_id) THEN
        RAISE EXCEPTION 'A closed comparison stays as it was decided.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.finding = 'confirmed' AND examination_identifications(NEW.confirmed_id) < required THEN
        RAISE EXCEPTION 'S1: % examiner(s) must have identified the same candidate before it is confirmed.', required
            USING ERRCODE = 'check_violation', CONSTRAINT = 's1_two_examiners';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER confirmed_by_two BEFORE INSERT OR UPDATE ON examination_examination
    FOR EACH ROW EXECUTE FUNCTION examination_confirmed_by_two();

-- True when a submission's match in the immigration register was confirmed by two examiners: other tables ask it.
CREATE FUNCTION examination_match_confirmed(submission bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM examination_examination e
        WHERE e.submission_id = submission AND e.register = 'immigration' AND e.finding = 'confirmed'
          AND examination_identifications(e.confirmed_id) >= 2
    )
$$;
"""

BACKWARD = """
DROP FUNCTION examination_match_confirmed(bigint);
DROP TRIGGER confirmed_by_two ON examination_examination;
DROP FUNCTION examination_confirmed_by_two();
DROP FUNCTION examination_identifications(bigint);
DROP TRIGGER only_examiners_decide ON examination_decision;
DROP FUNCTION examination_only_examiners_decide();
DROP TRIGGER decision_stays ON examination_decision;
DROP FUNCTION examination_decision_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("examination", "0001_initial"), ("accounts", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
