# SPDX-License-Identifier: Apache-2.0
"""No referral before two examiners confirmed the match (S1); a referral is of its own query, and stays."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION referrals_follow_a_signature() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'A referral stays: a correction is referred anew.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (
        SELECT FROM research_determination d JOIN research_statusquery q ON q.id = d.query_id
        WHERE d.id = NEW.determination_id AND q.id = NEW.query_id AND examination_match_confirmed(q.submission_id)
    ) THEN
        RAISE EXCEPTION 'S1: nothing is referred but a signed determination of a match that two examiners confirmed.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 's1_two_examiners';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER referral_follows_a_signature BEFORE INSERT OR UPDATE OR DELETE ON referrals_referral
    FOR EACH ROW EXECUTE FUNCTION referrals_follow_a_signature();
"""

BACKWARD = """
DROP TRIGGER referral_follows_a_signature ON referrals_referral;
DROP FUNCTION referrals_follow_a_signature();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0001_initial"),
        ("examination", "0003_confirmed_candidate_is_of_this_comparison"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
