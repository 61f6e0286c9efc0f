# SPDX-License-Identifier: Apache-2.0
"""Nobody whose role has ended signs or agrees, whatever moment the row gives."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION research_role_has_not_ended(person bigint, wanted text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM accounts_rolegrant g JOIN accounts_user u ON u.id = g.user_id
        WHERE g.user_id = person AND g.role = wanted AND u.is_active
          AND (g.ends_at IS NULL OR g.ends_at > statement_timestamp())
    )
$$;
CREATE FUNCTION research_signer_still_holds_the_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT research_role_has_not_ended(NEW.signer_id, 'AUTHORISED_OFFICER') THEN
        RAISE EXCEPTION 'The role of the signer has ended: nothing is signed under an earlier moment.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signer_still_holds_the_role';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signer_still_holds_the_role BEFORE INSERT ON research_determination
    FOR EACH ROW EXECUTE FUNCTION research_signer_still_holds_the_role();
CREATE FUNCTION research_reviewer_still_holds_the_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT research_role_has_not_ended(NEW.reviewer_id, NEW.capacity) THEN
        RAISE EXCEPTION 'The role of the reviewer has ended: nothing is agreed to under an earlier moment.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reviewer_still_holds_the_role';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reviewer_still_holds_the_role BEFORE INSERT ON research_concurrence
    FOR EACH ROW EXECUTE FUNCTION research_reviewer_still_holds_the_role();
"""

BACKWARD = """
DROP TRIGGER reviewer_still_holds_the_role ON research_concurrence;
DROP FUNCTION research_reviewer_still_holds_the_role();
DROP TRIGGER signer_still_holds_the_role ON research_determination;
DROP FUNCTION research_signer_still_holds_the_role();
DROP FUNCTION research_role_has_not_ended(bigint, text);
"""


class Migration(migrations.Migration):
    dependencies = [("research", "0011_nothing_is_signed_before_it_is_drafted"), ("accounts", "0004_roles_apart")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
