# SPDX-License-Identifier: Apache-2.0
"""Evidence stays as it was answered; it belongs to its question; a question is answered once, with what it found."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION evidence_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Evidence is never changed or deleted: asking again adds to it.'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER evidence_stays BEFORE UPDATE OR DELETE ON evidence_evidence
    FOR EACH ROW EXECUTE FUNCTION evidence_stays();

CREATE FUNCTION evidence_answers_its_inquiry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM evidence_inquiry i
        WHERE i.id = NEW.inquiry_id AND i.query_id = NEW.query_id AND i.source = NEW.source AND i.answered_at IS NULL
        FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Evidence answers an open question to its own source about its own query.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_answers_its_inquiry';
    END IF;
    IF EXISTS (
        SELECT FROM evidence_evidence e WHERE e.inquiry_id = NEW.inquiry_id
        AND (e.outcome <> NEW.outcome OR NEW.outcome <> 'FOUND')
    ) THEN
        RAISE EXCEPTION 'A source has found records, or none, or failed: not two of these in one answer.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_answer_is_of_one_kind';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evidence_answers_its_inquiry BEFORE INSERT ON evidence_evidence
    FOR EACH ROW EXECUTE FUNCTION evidence_answers_its_inquiry();

CREATE FUNCTION evidence_inquiry_is_answered_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.answered_at IS NOT NULL
       OR (NEW.query_id, NEW.source, NEW.attempt, NEW.requested_by, NEW.requested_at)
          IS DISTINCT FROM (OLD.query_id, OLD.source, OLD.attempt, OLD.requested_by, OLD.requested_at) THEN
        RAISE EXCEPTION 'A question to a source stays as it was asked, and is answered once.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.answered_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM evidence_evidence e
        WHERE e.inquiry_id = NEW.id AND e.outcome = NEW.outcome AND e.failure = NEW.failure
    ) THEN
        RAISE EXCEPTION 'A question is answered by evidence of the same outcome.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_answer_is_on_record';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inquiry_is_answered_once BEFORE UPDATE OR DELETE ON evidence_inquiry
    FOR EACH ROW EXECUTE FUNCTION evidence_inquiry_is_answered_once();
"""

BACKWARD = """
DROP TRIGGER inquiry_is_answered_once ON evidence_inquiry;
DROP FUNCTION evidence_inquiry_is_answered_once();
DROP TRIGGER evidence_answers_its_inquiry ON evidence_evidence;
DROP FUNCTION evidence_answers_its_inquiry();
DROP TRIGGER evidence_stays ON evidence_evidence;
DROP FUNCTION evidence_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
