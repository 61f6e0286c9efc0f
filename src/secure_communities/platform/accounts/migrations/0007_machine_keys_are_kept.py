# SPDX-License-Identifier: Apache-2.0
"""A machine key keeps its scopes and its signing key; the time at which it ends is only ever brought forward."""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION accounts_keep_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'machine keys are kept: revoke the key' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.id, OLD.originating_agency_id, OLD.prefix, OLD.digest, OLD.created_at, OLD.created_by_id, OLD.scopes,
        OLD.data_key_id, OLD.signing_box)
       IS DISTINCT FROM
       (NEW.id, NEW.originating_agency_id, NEW.prefix, NEW.digest, NEW.created_at, NEW.created_by_id, NEW.scopes,
        NEW.data_key_id, NEW.signing_box)
       OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at)
       OR (OLD.ends_at IS NOT NULL AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at)) THEN
        RAISE EXCEPTION 'a machine key is revoked once and never edited' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

BACKWARD = """
CREATE OR REPLACE FUNCTION accounts_keep_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'machine keys are kept: revoke the key' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.id, OLD.originating_agency_id, OLD.prefix, OLD.digest, OLD.created_at, OLD.created_by_id)
       IS DISTINCT FROM
       (NEW.id, NEW.originating_agency_id, NEW.prefix, NEW.digest, NEW.created_at, NEW.created_by_id)
       OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at) THEN
        RAISE EXCEPTION 'a machine key is revoked once and never edited' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """The trigger's function again, with the new columns."""

    dependencies = [("accounts", "0006_machine_keys")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
