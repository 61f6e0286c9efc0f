# SPDX-License-Identifier: Apache-2.0
"""A subject stays in its register, under its number and row: no booking's prints cross over by an UPDATE."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION galleries_subject_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.register, NEW.source, NEW.number, NEW."row", NEW.data_key_id)
       IS DISTINCT FROM (OLD.register, OLD.source, OLD.number, OLD."row", OLD.data_key_id) THEN
        RAISE EXCEPTION 'A subject stays in its register, under its number.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER subject_stays BEFORE UPDATE ON galleries_registersubject
    FOR EACH ROW EXECUTE FUNCTION galleries_subject_stays();
"""

BACKWARD = """
DROP TRIGGER subject_stays ON galleries_registersubject;
DROP FUNCTION galleries_subject_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("galleries", "0002_registeridentity")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
