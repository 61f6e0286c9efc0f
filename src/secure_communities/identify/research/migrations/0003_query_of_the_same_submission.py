# SPDX-License-Identifier: Apache-2.0
"""A query stands on the confirmed comparison of its own submission, and stays there (S1)."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION research_query_needs_confirmation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT examination_match_confirmed(NEW.submission_id) OR NOT EXISTS (
        SELECT FROM examination_examination e
        WHERE e.id = NEW.examination_id AND e.submission_id = NEW.submission_id AND e.register = 'immigration'
    ) THEN
        RAISE EXCEPTION 'S1: no query leaves before two examiners confirmed the match.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's1_two_examiners';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER query_needs_confirmation ON research_statusquery;
CREATE TRIGGER query_needs_confirmation BEFORE INSERT OR UPDATE ON research_statusquery
    FOR EACH ROW EXECUTE FUNCTION research_query_needs_confirmation();
"""


class Migration(migrations.Migration):
    dependencies = [("research", "0002_safeguards"), ("examination", "0003_confirmed_candidate_is_of_this_comparison")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
