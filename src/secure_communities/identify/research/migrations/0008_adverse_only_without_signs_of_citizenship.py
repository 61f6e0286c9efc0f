# SPDX-License-Identifier: Apache-2.0
"""No adverse determination while a sign of citizenship is open or citizenship is confirmed (S2, S3)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION research_adverse_needs_clearance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE submission bigint;
BEGIN
    IF NOT determination_is_adverse(NEW.code) THEN
        RETURN NEW;
    END IF;
    SELECT q.submission_id INTO submission FROM research_statusquery q WHERE q.id = NEW.query_id;
    PERFORM citizenship_lock(submission);
    IF citizenship_blocks(submission) THEN
        RAISE EXCEPTION 'S2, S3: no adverse determination while a sign of citizenship is not cleared by supervisor and counsel.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's2_citizenship_blocks';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER adverse_needs_clearance BEFORE INSERT ON research_determination
    FOR EACH ROW EXECUTE FUNCTION research_adverse_needs_clearance();
"""

BACKWARD = """
DROP TRIGGER adverse_needs_clearance ON research_determination;
DROP FUNCTION research_adverse_needs_clearance();
"""


class Migration(migrations.Migration):
    dependencies = [("research", "0007_words_are_sealed"), ("citizenship", "0002_safeguards")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
