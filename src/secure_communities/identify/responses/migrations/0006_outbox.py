# SPDX-License-Identifier: Apache-2.0
"""Only a booking officer of the submitting agency acknowledges a response that has left, and that stays. What was
ready before there was an outbox is taken into it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION responses_acknowledged_by_its_agency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'An acknowledgement stays.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT research_holds_role(NEW.by_id, 'BOOKING_OFFICER', NEW.at) OR NOT EXISTS (
        SELECT FROM responses_message m
        JOIN intake_submission s ON s.id = m.submission_id
        JOIN agencies_originatingagency o ON o.id = s.originator_id
        JOIN accounts_user u ON u.agency_id = o.agency_id
        WHERE m.id = NEW.message_id AND u.id = NEW.by_id AND m.state <> 'held'
          AND m.kind IN ('first', 'error', 'no_match', 'pending', 'second')
    ) THEN
        RAISE EXCEPTION 'Only a booking officer of the submitting agency acknowledges its response.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'acknowledged_by_its_agency';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER acknowledged_by_its_agency BEFORE INSERT OR UPDATE OR DELETE ON responses_acknowledgement
    FOR EACH ROW EXECUTE FUNCTION responses_acknowledged_by_its_agency();

INSERT INTO delivery_delivery (source, reference, recipient_id, channel, stream, urgent, state, created_at, begun_at,
                               next_try_at, failures, last_code)
SELECT 'response', m.id, s.originator_id, chosen.channel, s.control_number,
       m.kind NOT IN ('no_match', 'pending', 'second'),
       CASE WHEN chosen.channel = 'DIRECTORY' THEN 'waiting' ELSE 'offered' END, m.ready_at, now(),
       CASE WHEN chosen.channel = 'DIRECTORY' THEN now() END, 0, ''
FROM responses_message m
JOIN intake_submission s ON s.id = m.submission_id
CROSS JOIN LATERAL (
    SELECT COALESCE((
        SELECT p.channel FROM agencies_deliverypreference p
        WHERE p.originating_agency_id = s.originator_id AND p.starts_on <= current_date
          AND (p.ends_on IS NULL OR p.ends_on > current_date)
    ), 'API') AS channel
) chosen
WHERE m.state = 'ready' AND m.kind IN ('first', 'error', 'no_match', 'pending', 'second')
ORDER BY m.kind IN ('no_match', 'pending', 'second'), m.ready_at, m.id;
"""

BACKWARD = """
DROP TRIGGER acknowledged_by_its_agency ON responses_acknowledgement;
DROP FUNCTION responses_acknowledged_by_its_agency();
"""


class Migration(migrations.Migration):
    dependencies = [("responses", "0005_acknowledgement"), ("delivery", "0002_safeguards"), ("research", "0002_safeguards")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
