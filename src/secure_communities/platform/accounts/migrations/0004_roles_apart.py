# SPDX-License-Identifier: Apache-2.0
"""Roles that one person never holds at the same time: the pairs of `access.roles.APART`, kept by a trigger."""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION accounts_roles_apart() RETURNS TABLE (one text, other text) LANGUAGE sql IMMUTABLE AS $$
    SELECT 'AUDITOR', unnest(ARRAY[
        'BOOKING_OFFICER', 'STATE_BUREAU', 'EXAMINER', 'LEAD_EXAMINER', 'SUPPORT_SPECIALIST', 'AUTHORISED_OFFICER',
        'SUPPORT_SUPERVISOR', 'FIELD_OFFICER', 'FIELD_SUPERVISOR', 'CUSTODY', 'TRANSPORT', 'HEARING_CLERK', 'COUNSEL',
        'PROGRAMME_MANAGER', 'REDRESS_OFFICER', 'ADMINISTRATOR', 'OPERATOR'])
    UNION ALL
    SELECT 'REDRESS_OFFICER', unnest(ARRAY[
        'EXAMINER', 'LEAD_EXAMINER', 'SUPPORT_SPECIALIST', 'AUTHORISED_OFFICER', 'SUPPORT_SUPERVISOR', 'FIELD_OFFICER',
        'FIELD_SUPERVISOR', 'CUSTODY', 'TRANSPORT', 'HEARING_CLERK', 'COUNSEL'])
    UNION ALL
    SELECT 'COUNSEL', unnest(ARRAY['SUPPORT_SUPERVISOR', 'FIELD_SUPERVISOR'])
$$;

CREATE FUNCTION accounts_hold_roles_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
BEGIN
    PERFORM 1 FROM accounts_user WHERE id = NEW.user_id FOR UPDATE;  -- two grants at once see each other
    SELECT held.role INTO standing
    FROM accounts_rolegrant held
    JOIN accounts_roles_apart() pair ON (pair.one, pair.other) IN ((held.role, NEW.role), (NEW.role, held.role))
    WHERE held.user_id = NEW.user_id
      AND held.id IS DISTINCT FROM NEW.id
      AND tstzrange(held.starts_at, held.ends_at) && tstzrange(NEW.starts_at, NEW.ends_at)
    LIMIT 1;
    IF standing IS NOT NULL THEN
        RAISE EXCEPTION '% and % are not held by one person', NEW.role, standing
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'roles_held_apart';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_roles_apart BEFORE INSERT OR UPDATE ON accounts_rolegrant
    FOR EACH ROW EXECUTE FUNCTION accounts_hold_roles_apart();
"""

BACKWARD = """
DROP TRIGGER hold_roles_apart ON accounts_rolegrant;
DROP FUNCTION accounts_hold_roles_apart();
DROP FUNCTION accounts_roles_apart();
"""


class Migration(migrations.Migration):
    """A trigger, because a grant must see the other grants of the same user."""

    dependencies = [("accounts", "0003_more_roles")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
