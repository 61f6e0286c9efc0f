# SPDX-License-Identifier: Apache-2.0
"""A fault of a source is ended and otherwise stays; whoever sets one holds the role of an operator."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION sources_fault_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL
       OR (NEW.source, NEW.kind, NEW.reason, NEW.set_by_id, NEW.set_at)
          IS DISTINCT FROM (OLD.source, OLD.kind, OLD.reason, OLD.set_by_id, OLD.set_at) THEN
        RAISE EXCEPTION 'A fault of a source stays on record: it is ended, once.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fault_stays BEFORE UPDATE OR DELETE ON sources_sourcefault
    FOR EACH ROW EXECUTE FUNCTION sources_fault_stays();

CREATE FUNCTION sources_fault_set_by_an_operator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT research_holds_role(NEW.set_by_id, 'OPERATOR', NEW.set_at) THEN
        RAISE EXCEPTION 'Only an operator takes a source down.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'fault_set_by_an_operator';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fault_set_by_an_operator BEFORE INSERT ON sources_sourcefault
    FOR EACH ROW EXECUTE FUNCTION sources_fault_set_by_an_operator();
"""

BACKWARD = """
DROP TRIGGER fault_set_by_an_operator ON sources_sourcefault;
DROP FUNCTION sources_fault_set_by_an_operator();
DROP TRIGGER fault_stays ON sources_sourcefault;
DROP FUNCTION sources_fault_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("sources", "0001_initial"), ("research", "0002_safeguards")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
