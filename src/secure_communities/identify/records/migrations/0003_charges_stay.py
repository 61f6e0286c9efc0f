# SPDX-License-Identifier: Apache-2.0
"""S4: an arrest and its charges are never deleted, and an arrest is never changed."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION records_arrest_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'S4: % on % is refused: an arrest keeps its charges.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER arrest_stays BEFORE UPDATE OR DELETE ON records_arrest
    FOR EACH ROW EXECUTE FUNCTION records_arrest_stays();
CREATE TRIGGER charge_is_not_deleted BEFORE DELETE ON records_charge
    FOR EACH ROW EXECUTE FUNCTION records_arrest_stays();
"""

BACKWARD = """
DROP TRIGGER charge_is_not_deleted ON records_charge;
DROP TRIGGER arrest_stays ON records_arrest;
DROP FUNCTION records_arrest_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0002_records_are_kept")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
