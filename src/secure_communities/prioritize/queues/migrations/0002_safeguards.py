# SPDX-License-Identifier: Apache-2.0
"""In the database: what a lever was set to stays; a case of the queue belongs to its office and is never first (S3)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION queues_levers_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What a lever was set to is never changed or deleted: set it again.'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER queues_leverchange_stays BEFORE UPDATE OR DELETE ON queues_leverchange FOR EACH ROW EXECUTE FUNCTION queues_levers_stay();
CREATE TRIGGER queues_leverchange_is_not_emptied BEFORE TRUNCATE ON queues_leverchange FOR EACH STATEMENT EXECUTE FUNCTION queues_levers_stay();

CREATE FUNCTION queues_field_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.office_id IS NULL THEN
        RAISE EXCEPTION 'field work belongs to an office' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.order_class = 0 THEN
        RAISE EXCEPTION 'S3: nothing of a priority queue goes before possible citizens' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER field_work BEFORE INSERT OR UPDATE OF office_id, order_class ON worklists_workitem
    FOR EACH ROW WHEN (NEW.worklist = 'field-priority') EXECUTE FUNCTION queues_field_work();

CREATE FUNCTION queues_entry_is_founded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM worklists_workitem w WHERE w.id = NEW.item_id AND w.worklist = 'field-priority'
                   AND w.office_id = NEW.office_id AND w.about_id = NEW.query_id::text AND w.closed_at IS NULL) THEN
        RAISE EXCEPTION 'an entry of a queue is that of an open case of its own office' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER entry_is_founded BEFORE INSERT OR UPDATE ON queues_queueentry
    FOR EACH ROW EXECUTE FUNCTION queues_entry_is_founded();
"""
BACKWARD = """
DROP TRIGGER entry_is_founded ON queues_queueentry;
DROP FUNCTION queues_entry_is_founded();
DROP TRIGGER field_work ON worklists_workitem;
DROP FUNCTION queues_field_work();
DROP TRIGGER queues_leverchange_stays ON queues_leverchange;
DROP TRIGGER queues_leverchange_is_not_emptied ON queues_leverchange;
DROP FUNCTION queues_levers_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("queues", "0001_initial"), ("worklists", "0006_own_office_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
