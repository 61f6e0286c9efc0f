# SPDX-License-Identifier: Apache-2.0
"""In the database: a lead examiner concludes only after a first look of their own, looks are never changed, and a closed
comparison takes neither look nor decision (S1)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION examination_first_look_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A lead examiner''s first look is never changed or deleted.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER first_look_stays BEFORE UPDATE OR DELETE ON examination_firstlook
    FOR EACH ROW EXECUTE FUNCTION examination_first_look_stays();

CREATE FUNCTION examination_leads_look_at_disputes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM accounts_rolegrant g JOIN accounts_user u ON u.id = g.user_id
        WHERE g.user_id = NEW.examiner_id AND u.is_active AND g.role = 'LEAD_EXAMINER'
          AND g.starts_at <= NEW.looked_at AND (g.ends_at IS NULL OR g.ends_at > NEW.looked_at)
    ) OR NOT EXISTS (
        SELECT FROM examination_examination e WHERE e.id = NEW.examination_id AND e.finding = 'lead_needed'
    ) OR EXISTS (
        SELECT FROM examination_decision d WHERE d.examination_id = NEW.examination_id AND d.examiner_id = NEW.examiner_id
    ) THEN
        RAISE EXCEPTION 'S1: only a lead examiner who has not decided takes a first look at a disagreement.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's1_first_look';
    END IF;
    IF NEW.candidate_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM examination_candidate c WHERE c.id = NEW.candidate_id AND c.examination_id = NEW.examination_id
    ) THEN
        RAISE EXCEPTION 'The candidate belongs to another comparison.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's1_candidate_of_this_comparison';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER leads_look_at_disputes BEFORE INSERT ON examination_firstlook
    FOR EACH ROW EXECUTE FUNCTION examination_leads_look_at_disputes();

CREATE FUNCTION examination_decided_in_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM examination_examination e WHERE e.id = NEW.examination_id AND e.closed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'A closed comparison takes no more decisions.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's1_closed_comparison';
    END IF;
    IF NEW.lead AND NOT EXISTS (
        SELECT FROM examination_firstlook f
        WHERE f.examination_id = NEW.examination_id AND f.examiner_id = NEW.examiner_id AND f.looked_at <= NEW.decided_at
    ) THEN
        RAISE EXCEPTION 'S1: a lead examiner looks first, then reads what the others said, then concludes.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's1_lead_looks_first';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decided_in_turn BEFORE INSERT ON examination_decision
    FOR EACH ROW EXECUTE FUNCTION examination_decided_in_turn();
"""

BACKWARD = """
DROP TRIGGER decided_in_turn ON examination_decision;
DROP FUNCTION examination_decided_in_turn();
DROP TRIGGER leads_look_at_disputes ON examination_firstlook;
DROP FUNCTION examination_leads_look_at_disputes();
DROP TRIGGER first_look_stays ON examination_firstlook;
DROP FUNCTION examination_first_look_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("examination", "0007_no_rationale_in_clear")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
