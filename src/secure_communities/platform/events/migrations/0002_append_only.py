# SPDX-License-Identifier: Apache-2.0
"""Refuse every change to the log in the database itself, and take the right to try from the application's role."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION events_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The event log is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER event_rows_stay BEFORE UPDATE OR DELETE ON events_event
    FOR EACH ROW EXECUTE FUNCTION events_refuse_change();
CREATE TRIGGER event_table_stays BEFORE TRUNCATE ON events_event
    FOR EACH STATEMENT EXECUTE FUNCTION events_refuse_change();
CREATE TRIGGER seal_rows_stay BEFORE UPDATE OR DELETE ON events_seal
    FOR EACH ROW EXECUTE FUNCTION events_refuse_change();
CREATE TRIGGER seal_table_stays BEFORE TRUNCATE ON events_seal
    FOR EACH STATEMENT EXECUTE FUNCTION events_refuse_change();

DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sc_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON events_event, events_seal FROM sc_app;
    END IF;
END $$;
"""

BACKWARD = """
DROP TRIGGER event_rows_stay ON events_event;
DROP TRIGGER event_table_stays ON events_event;
DROP TRIGGER seal_rows_stay ON events_seal;
DROP TRIGGER seal_table_stays ON events_seal;
DROP FUNCTION events_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
