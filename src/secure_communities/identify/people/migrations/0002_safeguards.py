# SPDX-License-Identifier: Apache-2.0
"""In the database: source records and decisions stay; records are joined by confirmed prints, or by a change that a
supervisor other than its proposer approved; a must-not-link rule beats both; nobody is merged in a circle."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION people_source_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A source record is never changed or deleted: what the source says later is a further version.'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER source_stays BEFORE UPDATE OR DELETE ON people_sourcerecord
    FOR EACH ROW EXECUTE FUNCTION people_source_stays();

CREATE FUNCTION people_person_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.id, NEW.number, NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.number, OLD.created_at) THEN
        RAISE EXCEPTION 'A person keeps its number and is never deleted.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.merged_into_id IS NOT NULL AND EXISTS (
        WITH RECURSIVE chain(id) AS (
            SELECT NEW.merged_into_id
            UNION
            SELECT p.merged_into_id FROM people_person p JOIN chain c ON p.id = c.id WHERE p.merged_into_id IS NOT NULL
        ) SELECT FROM chain WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'A person cannot be merged in a circle.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'no_circular_merge';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER person_stays BEFORE UPDATE OR DELETE ON people_person
    FOR EACH ROW EXECUTE FUNCTION people_person_stays();

CREATE FUNCTION people_assignment_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ends_at IS NOT NULL OR NEW.ends_at IS NULL
       OR to_jsonb(NEW) - 'ends_at' IS DISTINCT FROM to_jsonb(OLD) - 'ends_at' THEN
        RAISE EXCEPTION 'An assignment is ended once and otherwise stays as it was made.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assignment_stays BEFORE UPDATE OR DELETE ON people_assignment
    FOR EACH ROW EXECUTE FUNCTION people_assignment_stays();

CREATE FUNCTION people_change_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decided text[] := ARRAY['state', 'decided_by_id', 'decided_at', 'decision_reason'];
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - decided IS DISTINCT FROM to_jsonb(OLD) - decided
       OR NOT (OLD.state = 'open' OR (OLD.state = 'approved' AND NEW.state = 'undone'
               AND (NEW.decided_by_id, NEW.decided_at) IS NOT DISTINCT FROM (OLD.decided_by_id, OLD.decided_at))) THEN
        RAISE EXCEPTION 'A proposed change is decided once and otherwise stays as it was proposed.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.state = 'open' AND NEW.state IN ('approved', 'refused') AND NOT EXISTS (
        SELECT FROM accounts_rolegrant g JOIN accounts_user u ON u.id = g.user_id
        WHERE g.user_id = NEW.decided_by_id AND u.is_active AND g.role = 'SUPPORT_SUPERVISOR'
          AND g.starts_at <= NEW.decided_at AND (g.ends_at IS NULL OR g.ends_at > NEW.decided_at)
    ) THEN
        RAISE EXCEPTION 'Only a support-centre supervisor decides a proposed change.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'changes_are_decided_by_a_supervisor';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER change_stays BEFORE UPDATE OR DELETE ON people_change
    FOR EACH ROW EXECUTE FUNCTION people_change_stays();

CREATE FUNCTION people_change_begins_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'open' THEN
        RAISE EXCEPTION 'A change is proposed first and decided by another.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_change_begins_open';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER change_begins_open BEFORE INSERT ON people_change
    FOR EACH ROW EXECUTE FUNCTION people_change_begins_open();

CREATE FUNCTION people_rule_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    withdrawal text[] := ARRAY['withdrawn_by_id', 'withdrawn_at', 'withdrawn_reason'];
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
       OR to_jsonb(NEW) - withdrawal IS DISTINCT FROM to_jsonb(OLD) - withdrawal THEN
        RAISE EXCEPTION 'A link rule is withdrawn once and otherwise stays as it was set.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rule_stays BEFORE UPDATE OR DELETE ON people_linkrule
    FOR EACH ROW EXECUTE FUNCTION people_rule_stays();

CREATE FUNCTION people_review_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    verdict text[] := ARRAY['opinion', 'rationale', 'decided_by_id', 'decided_at', 'change_id'];
BEGIN
    IF TG_OP = 'DELETE' OR OLD.opinion <> '' OR to_jsonb(NEW) - verdict IS DISTINCT FROM to_jsonb(OLD) - verdict THEN
        RAISE EXCEPTION 'A review is decided once and otherwise stays as it was opened.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER review_stays BEFORE UPDATE OR DELETE ON people_review
    FOR EACH ROW EXECUTE FUNCTION people_review_stays();

-- A rule and an assignment that contradict each other meet at the person's row: the later of the two is refused.
CREATE FUNCTION people_assignment_has_grounds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone uuid;
    moved people_change%ROWTYPE;
BEGIN
    SELECT merged_into_id INTO gone FROM people_person WHERE id = NEW.person_id FOR UPDATE;
    IF gone IS NOT NULL THEN
        RAISE EXCEPTION 'A merged person takes no records.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_merged_person_takes_no_records';
    END IF;
    IF NEW.basis = 'FIRST_SEEN' AND EXISTS (
        SELECT FROM people_assignment a WHERE a.id <> NEW.id AND (a.record_id = NEW.record_id OR a.person_id = NEW.person_id)
    ) THEN
        RAISE EXCEPTION 'A record seen first begins a person of its own.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'first_seen_is_a_new_person';
    END IF;
    IF NEW.basis = 'SAME_SOURCE' AND NOT EXISTS (
        SELECT FROM people_sourcerecord mine
        JOIN people_sourcerecord other ON other.kind = mine.kind AND other.reference = mine.reference AND other.id <> mine.id
        JOIN people_assignment a ON a.record_id = other.id AND a.person_id = NEW.person_id AND a.ends_at IS NULL
        WHERE mine.id = NEW.record_id
    ) THEN
        RAISE EXCEPTION 'No other version of this record is that person''s.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'same_source_is_the_same_source';
    END IF;
    IF NEW.basis IN ('CONFIRMED_PRINT', 'ENROLMENT') AND NOT EXISTS (
        SELECT FROM intake_submission s WHERE s.id = NEW.prints_of_id
          AND ((NEW.basis = 'CONFIRMED_PRINT' AND (s.criminal_ident OR examination_match_confirmed(s.id)))
               OR (NEW.basis = 'ENROLMENT' AND s.retain))
    ) THEN
        RAISE EXCEPTION 'Only confirmed prints join records without a human decision.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'prints_join_when_confirmed';
    END IF;
    IF NEW.change_id IS NOT NULL THEN
        SELECT * INTO moved FROM people_change WHERE id = NEW.change_id;
        IF moved.state <> 'approved' OR moved.kind <> NEW.basis THEN
            RAISE EXCEPTION 'Records are moved by an approved change only.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'moved_by_an_approved_change';
        END IF;
    END IF;
    IF EXISTS (
        SELECT FROM people_linkrule r
        JOIN people_assignment a ON a.ends_at IS NULL AND a.person_id = NEW.person_id
             AND a.record_id = CASE r.first_id WHEN NEW.record_id THEN r.second_id ELSE r.first_id END
        WHERE r.kind = 'MUST_NOT_LINK' AND r.withdrawn_at IS NULL AND NEW.record_id IN (r.first_id, r.second_id)
    ) THEN
        RAISE EXCEPTION 'A must-not-link rule keeps these records apart.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'must_not_link';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER assignment_has_grounds AFTER INSERT ON people_assignment
    FOR EACH ROW EXECUTE FUNCTION people_assignment_has_grounds();

CREATE FUNCTION people_rule_meets_no_contradiction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM people_person p WHERE p.id IN (
        SELECT a.person_id FROM people_assignment a WHERE a.ends_at IS NULL AND a.record_id IN (NEW.first_id, NEW.second_id)
    ) ORDER BY p.id FOR UPDATE;
    IF NEW.kind = 'MUST_NOT_LINK' AND EXISTS (
        SELECT FROM people_assignment a JOIN people_assignment b ON a.person_id = b.person_id
        WHERE a.ends_at IS NULL AND b.ends_at IS NULL AND a.record_id = NEW.first_id AND b.record_id = NEW.second_id
    ) THEN
        RAISE EXCEPTION 'These records are one person''s: split them before a rule keeps them apart.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'split_before_must_not_link';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER rule_meets_no_contradiction AFTER INSERT ON people_linkrule
    FOR EACH ROW EXECUTE FUNCTION people_rule_meets_no_contradiction();
"""

BACKWARD = """
DROP TRIGGER rule_meets_no_contradiction ON people_linkrule;
DROP FUNCTION people_rule_meets_no_contradiction();
DROP TRIGGER assignment_has_grounds ON people_assignment;
DROP FUNCTION people_assignment_has_grounds();
DROP TRIGGER review_stays ON people_review;
DROP FUNCTION people_review_stays();
DROP TRIGGER rule_stays ON people_linkrule;
DROP FUNCTION people_rule_stays();
DROP TRIGGER change_begins_open ON people_change;
DROP FUNCTION people_change_begins_open();
DROP TRIGGER change_stays ON people_change;
DROP FUNCTION people_change_stays();
DROP TRIGGER assignment_stays ON people_assignment;
DROP FUNCTION people_assignment_stays();
DROP TRIGGER person_stays ON people_person;
DROP FUNCTION people_person_stays();
DROP TRIGGER source_stays ON people_sourcerecord;
DROP FUNCTION people_source_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("examination", "0003_confirmed_candidate_is_of_this_comparison"),
        ("accounts", "0002_grants_and_keys_are_kept"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
