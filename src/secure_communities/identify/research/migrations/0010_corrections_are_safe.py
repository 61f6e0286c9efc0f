# SPDX-License-Identifier: Apache-2.0
"""A draft relies on evidence of its own query that is there; a resident is found removable on a conviction and by
supervisor and counsel; a correction replaces the determination that stands, which stays."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION research_relies_on_its_own_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM research_draft d JOIN evidence_evidence e ON e.query_id = d.query_id
        WHERE d.id = NEW.draft_id AND e.id = NEW.evidence_id AND e.outcome <> 'FAILED'
    ) THEN
        RAISE EXCEPTION 'A draft relies on evidence of its own query, never on a source that failed.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'relies_on_its_own_evidence';
    END IF;
    IF EXISTS (SELECT FROM research_determination d WHERE d.draft_id = NEW.draft_id) THEN
        RAISE EXCEPTION 'What a signed draft relies on stays.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reliance_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER relies_on_its_own_evidence BEFORE INSERT ON research_reliedon
    FOR EACH ROW EXECUTE FUNCTION research_relies_on_its_own_evidence();
CREATE TRIGGER reliance_stays BEFORE UPDATE OR DELETE ON research_reliedon
    FOR EACH ROW EXECUTE FUNCTION research_stays();

CREATE FUNCTION research_conviction_is_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.conviction_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM records_disposition d WHERE d.id = NEW.conviction_id AND d.kind = 'CONVICTED'
    ) THEN
        RAISE EXCEPTION 'S16: a charge or another outcome is no conviction.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's16_conviction';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER conviction_is_one BEFORE INSERT ON research_draft
    FOR EACH ROW EXECUTE FUNCTION research_conviction_is_one();

CREATE FUNCTION research_concurred_by_the_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT research_holds_role(NEW.reviewer_id, NEW.capacity, NEW.concurred_at) THEN
        RAISE EXCEPTION 'S16: only a support-centre supervisor and counsel agree to this determination.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's16_supervisor_and_counsel';
    END IF;
    IF EXISTS (SELECT FROM research_draft d WHERE d.id = NEW.draft_id AND d.author_id = NEW.reviewer_id) THEN
        RAISE EXCEPTION 'S16: whoever drafted does not agree to the own draft.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's16_not_the_drafter';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER concurred_by_the_two BEFORE INSERT ON research_concurrence
    FOR EACH ROW EXECUTE FUNCTION research_concurred_by_the_two();
CREATE TRIGGER concurrence_stays BEFORE UPDATE OR DELETE ON research_concurrence
    FOR EACH ROW EXECUTE FUNCTION research_stays();

CREATE FUNCTION research_correction_of_what_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT research_holds_role(NEW.opened_by_id, 'AUTHORISED_OFFICER', NEW.opened_at)
       AND NOT research_holds_role(NEW.opened_by_id, 'SUPPORT_SUPERVISOR', NEW.opened_at) THEN
        RAISE EXCEPTION 'Only an authorised officer or a support-centre supervisor opens a determination again.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'corrected_by_an_officer_or_supervisor';
    END IF;
    IF EXISTS (
        SELECT FROM research_determination earlier JOIN research_determination later ON later.query_id = earlier.query_id
        WHERE earlier.id = NEW.supersedes_id AND later.version > earlier.version
    ) THEN
        RAISE EXCEPTION 'Only the determination that stands is corrected.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'correction_of_what_stands';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER correction_of_what_stands BEFORE INSERT ON research_correction
    FOR EACH ROW EXECUTE FUNCTION research_correction_of_what_stands();
CREATE TRIGGER correction_stays BEFORE UPDATE OR DELETE ON research_correction
    FOR EACH ROW EXECUTE FUNCTION research_stays();

CREATE FUNCTION research_determination_is_grounded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM research_draft d WHERE d.id = NEW.draft_id
          AND (d.stated_items > 0 OR EXISTS (SELECT FROM research_reliedon r WHERE r.draft_id = d.id))
    ) THEN
        RAISE EXCEPTION 'A determination rests on evidence.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_determination_rests_on_evidence';
    END IF;
    IF NEW.correction_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM research_correction c JOIN research_determination earlier ON earlier.id = c.supersedes_id
        WHERE c.id = NEW.correction_id AND earlier.query_id = NEW.query_id AND earlier.version = NEW.version - 1
    ) THEN
        RAISE EXCEPTION 'A correction supersedes the version before it, of the same query.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_correction_supersedes_the_version_before';
    END IF;
    IF NEW.code = 'LPR_POSSIBLY_REMOVABLE' AND NOT EXISTS (
        SELECT FROM research_concurrence s JOIN research_concurrence l ON l.draft_id = s.draft_id
        WHERE s.draft_id = NEW.draft_id AND s.capacity = 'SUPPORT_SUPERVISOR' AND l.capacity = 'COUNSEL'
          AND s.reviewer_id <> l.reviewer_id AND NEW.signer_id NOT IN (s.reviewer_id, l.reviewer_id)
    ) THEN
        RAISE EXCEPTION 'S16: a lawful permanent resident is found removable only where supervisor and counsel both agree.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's16_supervisor_and_counsel';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER determination_is_grounded BEFORE INSERT ON research_determination
    FOR EACH ROW EXECUTE FUNCTION research_determination_is_grounded();
"""

BACKWARD = """
DROP TRIGGER determination_is_grounded ON research_determination;
DROP FUNCTION research_determination_is_grounded();
DROP TRIGGER correction_stays ON research_correction;
DROP TRIGGER correction_of_what_stands ON research_correction;
DROP FUNCTION research_correction_of_what_stands();
DROP TRIGGER concurrence_stays ON research_concurrence;
DROP TRIGGER concurred_by_the_two ON research_concurrence;
DROP FUNCTION research_concurred_by_the_two();
DROP TRIGGER conviction_is_one ON research_draft;
DROP FUNCTION research_conviction_is_one();
DROP TRIGGER reliance_stays ON research_reliedon;
DROP TRIGGER relies_on_its_own_evidence ON research_reliedon;
DROP FUNCTION research_relies_on_its_own_evidence();
"""


class Migration(migrations.Migration):
    dependencies = [("research", "0009_corrections_and_reliance")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
