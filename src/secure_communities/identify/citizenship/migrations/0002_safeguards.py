# SPDX-License-Identifier: Apache-2.0
"""In the database: claims, indicia and conclusions stay; only a supervisor and counsel conclude, two people
clear; while a sign of citizenship is open, or citizenship confirmed, no adverse path is open (S2, S3)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION citizenship_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'S2: what is on record about citizenship is never changed or deleted: a new entry is added.'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER claim_stays BEFORE UPDATE OR DELETE ON citizenship_claim
    FOR EACH ROW EXECUTE FUNCTION citizenship_stays();
CREATE TRIGGER indicium_stays BEFORE UPDATE OR DELETE ON citizenship_indicium
    FOR EACH ROW EXECUTE FUNCTION citizenship_stays();
CREATE TRIGGER clearance_stays BEFORE UPDATE OR DELETE ON citizenship_clearance
    FOR EACH ROW EXECUTE FUNCTION citizenship_stays();

CREATE FUNCTION citizenship_subject_of(submission bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT c.subject_id FROM examination_examination e JOIN examination_candidate c ON c.id = e.confirmed_id
    WHERE e.submission_id = submission AND e.register = 'immigration' AND e.finding = 'confirmed'
$$;

-- Whoever raises a sign and whoever acts on there being none take turns.
CREATE FUNCTION citizenship_lock(submission bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM intake_submission s WHERE s.id = submission FOR NO KEY UPDATE;
    PERFORM FROM galleries_registersubject r WHERE r.id = citizenship_subject_of(submission) FOR NO KEY UPDATE;
END $$;

CREATE FUNCTION citizenship_standing(indicium bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN EXISTS (
            SELECT FROM citizenship_clearance c WHERE c.indicium_id = indicium AND c.conclusion = 'CONFIRMED'
        ) THEN 'confirmed'
        WHEN EXISTS (
            SELECT FROM citizenship_clearance s JOIN citizenship_clearance l ON l.indicium_id = s.indicium_id
            WHERE s.indicium_id = indicium AND s.conclusion = 'CLEARED' AND l.conclusion = 'CLEARED'
              AND s.capacity = 'SUPPORT_SUPERVISOR' AND l.capacity = 'COUNSEL' AND s.reviewer_id <> l.reviewer_id
        ) THEN 'cleared'
        ELSE 'open'
    END
$$;

-- Signs of the submission, and of the same record of the register whatever submission raised them.
CREATE FUNCTION citizenship_blocks(submission bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM citizenship_indicium i
        WHERE (i.submission_id = submission OR i.subject_id = citizenship_subject_of(submission)
               OR (i.subject_id IS NULL
                   AND citizenship_subject_of(i.submission_id) = citizenship_subject_of(submission)))
          AND citizenship_standing(i.id) <> 'cleared'
    )
$$;

CREATE FUNCTION determination_is_adverse(code text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT code IN ('LPR_POSSIBLY_REMOVABLE', 'NONIMM_OVERSTAY', 'EWI', 'NO_STATUS_FOUND_WITH_EVIDENCE',
                    'FINAL_ORDER_OUTSTANDING', 'PRIOR_REMOVAL_REENTRY', 'IN_PROCEEDINGS')
$$;

-- For every trigger under which somebody's liberty stands: a signed adverse determination in force, nothing about
-- citizenship open or confirmed.
CREATE FUNCTION adverse_path_open(submission bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT citizenship_blocks(submission) AND coalesce((
        SELECT determination_is_adverse(d.code)
        FROM research_determination d JOIN research_statusquery q ON q.id = d.query_id
        WHERE q.submission_id = submission ORDER BY d.version DESC LIMIT 1
    ), false)
$$;

CREATE FUNCTION citizenship_indicium_of_its_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM citizenship_lock(NEW.submission_id);
    IF NEW.subject_id IS DISTINCT FROM citizenship_subject_of(NEW.submission_id) THEN
        RAISE EXCEPTION 'S2: a sign of citizenship is about the record that two examiners confirmed.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's2_indicium_of_its_person';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER indicium_of_its_person BEFORE INSERT ON citizenship_indicium
    FOR EACH ROW EXECUTE FUNCTION citizenship_indicium_of_its_person();

CREATE FUNCTION citizenship_concluded_by_the_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT research_holds_role(NEW.reviewer_id, NEW.capacity, NEW.concluded_at) THEN
        RAISE EXCEPTION 'S2: only a support-centre supervisor and counsel conclude on a sign of citizenship.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's2_supervisor_and_counsel';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER concluded_by_the_two BEFORE INSERT ON citizenship_clearance
    FOR EACH ROW EXECUTE FUNCTION citizenship_concluded_by_the_two();
"""

BACKWARD = """
DROP TRIGGER concluded_by_the_two ON citizenship_clearance;
DROP FUNCTION citizenship_concluded_by_the_two();
DROP TRIGGER indicium_of_its_person ON citizenship_indicium;
DROP FUNCTION citizenship_indicium_of_its_person();
DROP FUNCTION adverse_path_open(bigint);
DROP FUNCTION determination_is_adverse(text);
DROP FUNCTION citizenship_blocks(bigint);
DROP FUNCTION citizenship_standing(bigint);
DROP FUNCTION citizenship_lock(bigint);
DROP FUNCTION citizenship_subject_of(bigint);
DROP TRIGGER clearance_stays ON citizenship_clearance;
DROP TRIGGER indicium_stays ON citizenship_indicium;
DROP TRIGGER claim_stays ON citizenship_claim;
DROP FUNCTION citizenship_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("citizenship", "0001_initial"),
        ("research", "0003_query_of_the_same_submission"),
        ("examination", "0003_confirmed_candidate_is_of_this_comparison"),
        ("accounts", "0001_initial"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
