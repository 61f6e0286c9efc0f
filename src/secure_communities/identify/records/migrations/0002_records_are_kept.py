# SPDX-License-Identifier: Apache-2.0
"""What no CHECK can say: the register a record belongs to, the charge an arrest must have, what may still change."""

from django.db import migrations

FORWARD = """
-- A criminal record hangs on a subject of the criminal register, an immigration record on one of the other.
CREATE FUNCTION records_keep_to_their_register() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT register FROM galleries_registersubject WHERE id = NEW.subject_id) IS DISTINCT FROM TG_ARGV[0] THEN
        RAISE EXCEPTION 'Subject % is not in the % register.', NEW.subject_id, TG_ARGV[0]
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER criminal_records_keep_to_their_register BEFORE INSERT OR UPDATE ON records_criminalrecord
    FOR EACH ROW EXECUTE FUNCTION records_keep_to_their_register('criminal');
CREATE TRIGGER immigration_records_keep_to_their_register BEFORE INSERT OR UPDATE ON records_immigrationrecord
    FOR EACH ROW EXECUTE FUNCTION records_keep_to_their_register('immigration');

-- A charge is mandatory (S4): checked at commit, when the arrest's charges are written too.
CREATE FUNCTION records_arrest_has_a_charge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM records_charge WHERE arrest_id = NEW.id)
       AND EXISTS (SELECT FROM records_arrest WHERE id = NEW.id) THEN
        RAISE EXCEPTION 'Arrest % has no charge; an unknown charge is a row marked UNKNOWN with its reason.', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER an_arrest_has_a_charge AFTER INSERT ON records_arrest
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION records_arrest_has_a_charge();

-- After it was submitted, a charge changes in one way only: a person confirms its code.
CREATE FUNCTION records_charge_changes_by_a_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.arrest_id, NEW.sequence, NEW.issuing_state, NEW.offence_date, NEW.sealed_words)
       IS DISTINCT FROM (OLD.arrest_id, OLD.sequence, OLD.issuing_state, OLD.offence_date, OLD.sealed_words) THEN
        RAISE EXCEPTION 'What was submitted for charge % stays as it was.', OLD.id
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (NEW.code, NEW.code_source, NEW.unknown_reason)
       IS DISTINCT FROM (OLD.code, OLD.code_source, OLD.unknown_reason)
       AND NEW.code_source <> 'HUMAN_CONFIRMED' THEN
        RAISE EXCEPTION 'The code of charge % changes only when a person confirms it.', OLD.id
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER charges_change_by_a_person BEFORE UPDATE ON records_charge
    FOR EACH ROW EXECUTE FUNCTION records_charge_changes_by_a_person();

CREATE FUNCTION records_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Dispositions are append-only: % is refused; record a later one.', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER disposition_rows_stay BEFORE UPDATE OR DELETE ON records_disposition
    FOR EACH ROW EXECUTE FUNCTION records_refuse_change();
CREATE TRIGGER disposition_table_stays BEFORE TRUNCATE ON records_disposition
    FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_change();

DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sc_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON records_disposition FROM sc_app;
    END IF;
END $$;
"""

BACKWARD = """
DROP TRIGGER disposition_table_stays ON records_disposition;
DROP TRIGGER disposition_rows_stay ON records_disposition;
DROP FUNCTION records_refuse_change();
DROP TRIGGER charges_change_by_a_person ON records_charge;
DROP FUNCTION records_charge_changes_by_a_person();
DROP TRIGGER an_arrest_has_a_charge ON records_arrest;
DROP FUNCTION records_arrest_has_a_charge();
DROP TRIGGER immigration_records_keep_to_their_register ON records_immigrationrecord;
DROP TRIGGER criminal_records_keep_to_their_register ON records_criminalrecord;
DROP FUNCTION records_keep_to_their_register();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
