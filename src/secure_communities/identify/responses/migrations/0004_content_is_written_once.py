# SPDX-License-Identifier: Apache-2.0
"""A held message is empty and is filled once, when it is let go; apart from that no message ever changes."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION responses_message_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A message is never deleted.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (NEW.submission_id, NEW.kind, NEW.version, NEW.sender, NEW.recipient, NEW.tcn, NEW.created_at)
       IS DISTINCT FROM
       (OLD.submission_id, OLD.kind, OLD.version, OLD.sender, OLD.recipient, OLD.tcn, OLD.created_at)
       OR (OLD.content IS NOT NULL AND NEW.content IS DISTINCT FROM OLD.content) THEN
        RAISE EXCEPTION 'A message never changes: a correction is a new version.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.state = 'delivered' AND NEW.state <> 'delivered' OR OLD.state = 'ready' AND NEW.state = 'held' THEN
        RAISE EXCEPTION 'A message does not come back.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("responses", "0003_a_held_message_is_empty")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
