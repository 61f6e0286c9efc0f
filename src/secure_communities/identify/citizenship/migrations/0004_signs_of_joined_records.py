# SPDX-License-Identifier: Apache-2.0
"""In the database: a sign of one record blocks what concerns any record that two people joined to it (S2)."""

from django.db import migrations

BLOCKS = """
CREATE OR REPLACE FUNCTION citizenship_blocks(submission bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM citizenship_indicium i
        WHERE (i.submission_id = submission OR i.subject_id = citizenship_subject_of(submission)
               OR (i.subject_id IS NULL
                   AND citizenship_subject_of(i.submission_id) = citizenship_subject_of(submission)){joined})
          AND citizenship_standing(i.id) <> 'cleared'
    )
$$;
"""
JOINED = """
               OR EXISTS (SELECT FROM citizenship_joined(submission) j
                          WHERE j.subject_id = i.subject_id OR j.submission_id = i.submission_id)"""
FORWARD = """
-- The records of the register and the submissions that are the person's whose this submission is, as people say now.
CREATE FUNCTION citizenship_joined(submission bigint) RETURNS TABLE (subject_id bigint, submission_id bigint)
LANGUAGE sql STABLE AS $$
    SELECT theirs.subject_id, theirs.submission_id
    FROM people_sourcerecord mine
    JOIN people_assignment held ON held.record_id = mine.id AND held.ends_at IS NULL
    JOIN people_assignment other ON other.person_id = held.person_id AND other.ends_at IS NULL
    JOIN people_sourcerecord theirs ON theirs.id = other.record_id
    WHERE mine.submission_id = submission OR mine.subject_id = citizenship_subject_of(submission)
$$;
"""
BACKWARD = "DROP FUNCTION citizenship_joined(bigint);"


class Migration(migrations.Migration):
    dependencies = [
        ("citizenship", "0003_a_role_that_ended_concludes_no_more"),
        ("people", "0002_safeguards"),
    ]
    operations = [
        migrations.RunSQL(FORWARD + BLOCKS.format(joined=JOINED), BLOCKS.format(joined="") + BACKWARD),
    ]
