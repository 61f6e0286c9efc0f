# SPDX-License-Identifier: Apache-2.0
"""In the database: no message that speaks of a match before two examiners confirmed it (S1), none with a
determination before one is signed, none after the first response leaves before it, and no message ever changes."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION responses_message_may_leave() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind IN ('query', 'pending', 'second', 'support_response')
       AND NOT examination_match_confirmed(NEW.submission_id) THEN
        RAISE EXCEPTION 'S1: no notice of a match before two examiners confirmed it.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's1_two_examiners';
    END IF;
    IF NEW.kind IN ('second', 'support_response') AND NOT EXISTS (
        SELECT FROM research_determination d JOIN research_statusquery q ON q.id = d.query_id
        WHERE q.submission_id = NEW.submission_id AND d.version = NEW.version
    ) THEN
        RAISE EXCEPTION 'No determination was signed that this message could carry.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'second_response_needs_a_signature';
    END IF;
    IF NEW.kind IN ('no_match', 'pending', 'second') AND NEW.state <> 'held' AND NOT EXISTS (
        SELECT FROM intake_submission s WHERE s.id = NEW.submission_id AND s.criminal_state = 'answered'
    ) THEN
        RAISE EXCEPTION 'The first response leaves first.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'first_response_leaves_first';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER message_may_leave BEFORE INSERT OR UPDATE ON responses_message
    FOR EACH ROW EXECUTE FUNCTION responses_message_may_leave();

CREATE FUNCTION responses_message_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A message is never deleted.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (NEW.submission_id, NEW.kind, NEW.version, NEW.sender, NEW.recipient, NEW.tcn, NEW.content, NEW.created_at)
       IS DISTINCT FROM
       (OLD.submission_id, OLD.kind, OLD.version, OLD.sender, OLD.recipient, OLD.tcn, OLD.content, OLD.created_at) THEN
        RAISE EXCEPTION 'A message never changes: a correction is a new version.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.state = 'delivered' AND NEW.state <> 'delivered' OR OLD.state = 'ready' AND NEW.state = 'held' THEN
        RAISE EXCEPTION 'A message does not come back.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER message_stays BEFORE UPDATE OR DELETE ON responses_message
    FOR EACH ROW EXECUTE FUNCTION responses_message_stays();
"""

BACKWARD = """
DROP TRIGGER message_stays ON responses_message;
DROP FUNCTION responses_message_stays();
DROP TRIGGER message_may_leave ON responses_message;
DROP FUNCTION responses_message_may_leave();
"""


class Migration(migrations.Migration):
    dependencies = [("responses", "0001_initial"), ("research", "0002_safeguards")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
