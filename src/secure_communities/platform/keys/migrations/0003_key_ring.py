# SPDX-License-Identifier: Apache-2.0
"""Master keys by number, and a key of its own for the blind indexes."""

import django.db.models.deletion
from django.db import migrations, models

REFUSE_RETIRED = """
CREATE FUNCTION keys_no_retired_master() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE standing text;
BEGIN
    IF NEW.wrapped IS NOT NULL THEN
        -- The shared lock makes retiring wait for us, and us for it.
        SELECT state INTO standing FROM keys_masterkey WHERE number = NEW.master FOR SHARE;
        IF standing = 'RETIRED' THEN
            RAISE EXCEPTION 'master key % is retired: it wraps nothing any more', NEW.master
                USING ERRCODE = 'check_violation', CONSTRAINT = 'no_data_key_under_a_retired_master';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keys_no_retired_master BEFORE INSERT OR UPDATE OF wrapped, master ON keys_datakey
    FOR EACH ROW EXECUTE FUNCTION keys_no_retired_master();

CREATE FUNCTION keys_retire_what_wraps_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'RETIRED' AND EXISTS (
        SELECT 1 FROM keys_datakey WHERE master = NEW.number AND wrapped IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'master key % still wraps data keys', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'only_a_master_key_without_data_keys_retires';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keys_retire_what_wraps_nothing BEFORE UPDATE ON keys_masterkey
    FOR EACH ROW EXECUTE FUNCTION keys_retire_what_wraps_nothing();
"""
UNDO = """
DROP TRIGGER keys_retire_what_wraps_nothing ON keys_masterkey;
DROP FUNCTION keys_retire_what_wraps_nothing();
DROP TRIGGER keys_no_retired_master ON keys_datakey;
DROP FUNCTION keys_no_retired_master();
"""
STATES = [("ACTIVE", "Active"), ("OLD", "Old"), ("RETIRED", "Retired")]


def carry_over(apps, schema_editor):
    """The one box there was is the box of master key 1."""
    for check in apps.get_model("keys", "MasterKeyCheck").objects.order_by("pk")[:1]:
        apps.get_model("keys", "MasterKey").objects.create(number=1, state="ACTIVE", box=check.box)


class Migration(migrations.Migration):

    dependencies = [("keys", "0002_masterkeycheck")]

    operations = [
        migrations.CreateModel(
            name="MasterKey",
            fields=[
                ("number", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("state", models.CharField(choices=STATES, default="ACTIVE", max_length=8)),
                ("box", models.BinaryField()),
                ("made_at", models.DateTimeField(null=True)),
                ("retired_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["ACTIVE", "OLD", "RETIRED"])),
                        name="a_master_key_is_in_a_known_state",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "ACTIVE")), fields=("state",), name="one_master_key_is_active"
                    ),
                ]
            },
        ),
        migrations.AddField(
            model_name="datakey", name="master", field=models.PositiveSmallIntegerField(default=1)
        ),
        migrations.AddIndex(
            model_name="datakey",
            index=models.Index(
                condition=models.Q(("wrapped__isnull", False)), fields=["master"], name="data_keys_by_master"
            ),
        ),
        migrations.CreateModel(
            name="IndexKey",
            fields=[
                (
                    "data_key",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name="+",
                        serialize=False, to="keys.datakey",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("used_until", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.Value(1), condition=models.Q(("used_until__isnull", True)), name="one_index_key_is_in_use"
                    )
                ]
            },
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.DeleteModel(name="MasterKeyCheck"),
        migrations.RunSQL(REFUSE_RETIRED, UNDO),
    ]
