# SPDX-License-Identifier: Apache-2.0
"""In the database: assessments stay, and what stands of a case is what its assessment or an override says (S6)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION assessments_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'S6: an assessment is never changed or deleted: assess the case again.'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER assessments_assessment_stays BEFORE UPDATE OR DELETE ON assessments_assessment FOR EACH ROW EXECUTE FUNCTION assessments_stay();
CREATE TRIGGER assessments_assessment_is_not_emptied BEFORE TRUNCATE ON assessments_assessment FOR EACH STATEMENT EXECUTE FUNCTION assessments_stay();

-- What stands is what its assessment says, or what an override in force of the same case says.
CREATE FUNCTION assessments_current_is_founded() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    made assessments_assessment%ROWTYPE;
    given overrides_override%ROWTYPE;
BEGIN
    SELECT * INTO made FROM assessments_assessment a WHERE a.id = NEW.assessment_id;
    IF (made.query_id, made.rule_set, made.answer, made.basis, made.provisional)
       IS DISTINCT FROM (NEW.query_id, NEW.rule_set, NEW.answer, NEW.basis, NEW.provisional)
       OR made.rank IS DISTINCT FROM NEW.rank OR made.gravest IS DISTINCT FROM NEW.gravest THEN
        RAISE EXCEPTION 'S6: what stands of a case is what its assessment says.'
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM assessments_assessment a WHERE a.supersedes_id = NEW.assessment_id) THEN
        RAISE EXCEPTION 'S6: a later assessment stands in place of that one.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.override_id IS NULL THEN
        IF NEW.effective_answer <> NEW.answer OR NEW.effective_rank IS DISTINCT FROM NEW.rank THEN
            RAISE EXCEPTION 'Only an override in force makes another answer count.'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO given FROM overrides_override o WHERE o.id = NEW.override_id;
    IF given.state <> 'in_force' OR given.query_id <> NEW.query_id OR given.assessment_id <> NEW.assessment_id
       OR given.answer <> NEW.effective_answer OR given.rank <> NEW.effective_rank
       OR NEW.answer = 'NOT_APPLICABLE' THEN
        RAISE EXCEPTION 'An override counts while it is in force, for its own case, and never where no rule applies (S2).'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assessments_current_is_founded BEFORE INSERT OR UPDATE ON assessments_currentassessment
    FOR EACH ROW EXECUTE FUNCTION assessments_current_is_founded();
"""
BACKWARD = """
DROP TRIGGER assessments_current_is_founded ON assessments_currentassessment;
DROP FUNCTION assessments_current_is_founded();
DROP TRIGGER assessments_assessment_stays ON assessments_assessment;
DROP TRIGGER assessments_assessment_is_not_emptied ON assessments_assessment;
DROP FUNCTION assessments_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_initial"), ("overrides", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
