# SPDX-License-Identifier: Apache-2.0
"""Nobody whose role has ended signs or agrees under an earlier moment than that of the draft."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION research_not_before_its_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (CASE TG_TABLE_NAME WHEN 'research_determination' THEN (to_jsonb(NEW) ->> 'signed_at')::timestamptz
        ELSE (to_jsonb(NEW) ->> 'concurred_at')::timestamptz END)
       < (SELECT d.drafted_at FROM research_draft d WHERE d.id = NEW.draft_id) THEN
        RAISE EXCEPTION 'Nothing is signed or agreed to before it is drafted.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'not_before_its_draft';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER not_before_its_draft BEFORE INSERT ON research_determination
    FOR EACH ROW EXECUTE FUNCTION research_not_before_its_draft();
CREATE TRIGGER not_before_its_draft BEFORE INSERT ON research_concurrence
    FOR EACH ROW EXECUTE FUNCTION research_not_before_its_draft();
"""

BACKWARD = """
DROP TRIGGER not_before_its_draft ON research_concurrence;
DROP TRIGGER not_before_its_draft ON research_determination;
DROP FUNCTION research_not_before_its_draft();
"""


class Migration(migrations.Migration):
    dependencies = [("research", "0010_corrections_are_safe")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
