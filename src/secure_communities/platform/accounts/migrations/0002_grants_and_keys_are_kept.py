# SPDX-License-Identifier: Apache-2.0
"""A role grant is ended once and never edited or deleted; a machine key never changes its ORI or comes back to life."""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION accounts_keep_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'role grants are kept: end the grant' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.id, OLD.user_id, OLD.role, OLD.starts_at, OLD.granted_by_id)
       IS DISTINCT FROM (NEW.id, NEW.user_id, NEW.role, NEW.starts_at, NEW.granted_by_id)
       OR OLD.ends_at IS NOT NULL OR NEW.ends_at IS NULL THEN
        RAISE EXCEPTION 'a role grant is ended once and never edited' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_grant BEFORE UPDATE OR DELETE ON accounts_rolegrant
    FOR EACH ROW EXECUTE FUNCTION accounts_keep_grant();

CREATE FUNCTION accounts_keep_key() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER keep_key BEFORE UPDATE OR DELETE ON accounts_machinekey
    FOR EACH ROW EXECUTE FUNCTION accounts_keep_key();
"""

BACKWARD = """
DROP TRIGGER keep_key ON accounts_machinekey;
DROP FUNCTION accounts_keep_key();
DROP TRIGGER keep_grant ON accounts_rolegrant;
DROP FUNCTION accounts_keep_grant();
"""


class Migration(migrations.Migration):
    """Triggers, because neither a model nor a CHECK can see the row as it was."""

    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
