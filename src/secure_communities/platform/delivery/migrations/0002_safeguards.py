# SPDX-License-Identifier: Apache-2.0
"""In the database: no message of a submission overtakes an earlier one; attempts and replays stay; a delivery keeps
what it is about; addresses and signing keys are ended, never edited."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION delivery_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A delivery is never deleted.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'UPDATE' AND
       (NEW.source, NEW.reference, NEW.recipient_id, NEW.stream, NEW.urgent, NEW.created_at) IS DISTINCT FROM
       (OLD.source, OLD.reference, OLD.recipient_id, OLD.stream, OLD.urgent, OLD.created_at) THEN
        RAISE EXCEPTION 'A delivery keeps its message, recipient and place.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.state = 'sending' AND EXISTS (
        SELECT FROM delivery_delivery d
        WHERE d.recipient_id = NEW.recipient_id AND d.stream = NEW.stream AND d.id < NEW.id
          AND d.channel IN ('DIRECTORY', 'WEBHOOK', 'SMTP') AND d.state <> 'delivered'
    ) THEN
        RAISE EXCEPTION 'An earlier message of this submission has not arrived: it is not overtaken.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deliveries_keep_their_order';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER delivery_in_order BEFORE INSERT OR UPDATE OR DELETE ON delivery_delivery
    FOR EACH ROW EXECUTE FUNCTION delivery_in_order();

CREATE FUNCTION delivery_history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Attempts and replays are kept as they were.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER attempt_stays BEFORE UPDATE OR DELETE ON delivery_attempt
    FOR EACH ROW EXECUTE FUNCTION delivery_history_stays();
CREATE TRIGGER replay_stays BEFORE UPDATE OR DELETE ON delivery_replay
    FOR EACH ROW EXECUTE FUNCTION delivery_history_stays();

CREATE FUNCTION delivery_address_is_only_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A delivery address is never deleted.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (NEW.originating_agency_id, NEW.channel, NEW.target, NEW.starts_at, NEW.set_by_id) IS DISTINCT FROM
       (OLD.originating_agency_id, OLD.channel, OLD.target, OLD.starts_at, OLD.set_by_id) OR OLD.ends_at IS NOT NULL THEN
        RAISE EXCEPTION 'A delivery address is ended once, never edited.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER address_is_only_ended BEFORE UPDATE OR DELETE ON delivery_deliveryaddress
    FOR EACH ROW EXECUTE FUNCTION delivery_address_is_only_ended();

CREATE FUNCTION delivery_signing_key_is_only_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A signing key is never deleted.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (NEW.originating_agency_id, NEW.key_id, NEW.data_key_id, NEW.secret, NEW.starts_at, NEW.issued_by_id)
       IS DISTINCT FROM
       (OLD.originating_agency_id, OLD.key_id, OLD.data_key_id, OLD.secret, OLD.starts_at, OLD.issued_by_id)
       OR (OLD.ends_at IS NOT NULL AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at)) THEN
        RAISE EXCEPTION 'A signing key is ended, never edited or prolonged.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_key_is_only_ended BEFORE UPDATE OR DELETE ON delivery_signingkey
    FOR EACH ROW EXECUTE FUNCTION delivery_signing_key_is_only_ended();
"""

BACKWARD = """
DROP TRIGGER signing_key_is_only_ended ON delivery_signingkey;
DROP FUNCTION delivery_signing_key_is_only_ended();
DROP TRIGGER address_is_only_ended ON delivery_deliveryaddress;
DROP FUNCTION delivery_address_is_only_ended();
DROP TRIGGER replay_stays ON delivery_replay;
DROP TRIGGER attempt_stays ON delivery_attempt;
DROP FUNCTION delivery_history_stays();
DROP TRIGGER delivery_in_order ON delivery_delivery;
DROP FUNCTION delivery_in_order();
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
