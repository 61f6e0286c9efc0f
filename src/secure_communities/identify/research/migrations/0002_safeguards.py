# SPDX-License-Identifier: Apache-2.0
"""In the database: no query before two examiners confirmed (S1); a determination is the signature of an authorised
officer, other than the drafter, under the specialist's draft; drafts and determinations stay."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION research_query_needs_confirmation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT examination_match_confirmed(NEW.submission_id) THEN
        RAISE EXCEPTION 'S1: no query leaves before two examiners confirmed the match.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's1_two_examiners';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER query_needs_confirmation BEFORE INSERT ON research_statusquery
    FOR EACH ROW EXECUTE FUNCTION research_query_needs_confirmation();

CREATE FUNCTION research_holds_role(person bigint, wanted text, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM accounts_rolegrant g JOIN accounts_user u ON u.id = g.user_id
        WHERE g.user_id = person AND u.is_active AND g.role = wanted
          AND g.starts_at <= moment AND (g.ends_at IS NULL OR g.ends_at > moment)
    )
$$;

CREATE FUNCTION research_draft_by_a_specialist() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT research_holds_role(NEW.author_id, 'SUPPORT_SPECIALIST', NEW.drafted_at) THEN
        RAISE EXCEPTION 'Only a support-centre specialist drafts.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'drafted_by_a_specialist';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER draft_by_a_specialist BEFORE INSERT ON research_draft
    FOR EACH ROW EXECUTE FUNCTION research_draft_by_a_specialist();

CREATE FUNCTION research_signed_by_an_officer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT research_holds_role(NEW.signer_id, 'AUTHORISED_OFFICER', NEW.signed_at) THEN
        RAISE EXCEPTION 'Only an authorised officer signs a determination.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signed_by_an_authorised_officer';
    END IF;
    IF NOT EXISTS (
        SELECT FROM research_draft d
        WHERE d.id = NEW.draft_id AND d.query_id = NEW.query_id AND d.code = NEW.code AND d.author_id = NEW.drafter_id
    ) THEN
        RAISE EXCEPTION 'A determination repeats its draft: same query, code and author.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'the_determination_is_the_draft';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signed_by_an_officer BEFORE INSERT ON research_determination
    FOR EACH ROW EXECUTE FUNCTION research_signed_by_an_officer();

CREATE FUNCTION research_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Drafts and determinations are never changed or deleted: a new one supersedes.'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER draft_stays BEFORE UPDATE OR DELETE ON research_draft
    FOR EACH ROW EXECUTE FUNCTION research_stays();
CREATE TRIGGER determination_stays BEFORE UPDATE OR DELETE ON research_determination
    FOR EACH ROW EXECUTE FUNCTION research_stays();
"""

BACKWARD = """
DROP TRIGGER determination_stays ON research_determination;
DROP TRIGGER draft_stays ON research_draft;
DROP FUNCTION research_stays();
DROP TRIGGER signed_by_an_officer ON research_determination;
DROP FUNCTION research_signed_by_an_officer();
DROP TRIGGER draft_by_a_specialist ON research_draft;
DROP FUNCTION research_draft_by_a_specialist();
DROP FUNCTION research_holds_role(bigint, text, timestamptz);
DROP TRIGGER query_needs_confirmation ON research_statusquery;
DROP FUNCTION research_query_needs_confirmation();
"""


class Migration(migrations.Migration):
    dependencies = [("research", "0001_initial"), ("examination", "0002_safeguards")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
