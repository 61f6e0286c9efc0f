# SPDX-License-Identifier: Apache-2.0
"""A first response is superseded on a lead examiner's finding alone, and that finding stays."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION responses_first_corrected_by_a_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'The correction of a first response stays.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT research_holds_role(NEW.examiner_id, 'LEAD_EXAMINER', NEW.corrected_at) THEN
        RAISE EXCEPTION 'Only a lead examiner corrects a first response.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'first_corrected_by_a_lead';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER first_corrected_by_a_lead BEFORE INSERT OR UPDATE OR DELETE ON responses_firstcorrection
    FOR EACH ROW EXECUTE FUNCTION responses_first_corrected_by_a_lead();

CREATE FUNCTION responses_first_is_superseded_on_a_finding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'first' AND NEW.version > 1 AND NOT EXISTS (
        SELECT FROM responses_firstcorrection c
        WHERE c.submission_id = NEW.submission_id AND c.version = NEW.version
    ) THEN
        RAISE EXCEPTION 'A first response is superseded on a lead examiner''s finding alone.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'first_superseded_on_a_finding';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER first_is_superseded_on_a_finding BEFORE INSERT ON responses_message
    FOR EACH ROW EXECUTE FUNCTION responses_first_is_superseded_on_a_finding();
"""

BACKWARD = """
DROP TRIGGER first_is_superseded_on_a_finding ON responses_message;
DROP FUNCTION responses_first_is_superseded_on_a_finding();
DROP TRIGGER first_corrected_by_a_lead ON responses_firstcorrection;
DROP FUNCTION responses_first_corrected_by_a_lead();
"""


class Migration(migrations.Migration):
    dependencies = [("responses", "0007_firstcorrection"), ("research", "0002_safeguards")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
