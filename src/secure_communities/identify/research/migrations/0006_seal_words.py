# SPDX-License-Identifier: Apache-2.0
"""Seal what stood in clear text under each submission's data key. What belongs to a destroyed key is gone with it."""

from django.db import migrations

UNREADABLE = bytes(64)  # stands for words whose key was destroyed before they were sealed
COLUMNS = (
    ("Draft", "confidence", "sealed_confidence", "research.confidence"),
    ("Determination", "authority", "sealed_authority", "research.authority"),
    ("Determination", "reason", "sealed_reason", "research.reason"),
)


def _each(apps, schema_editor, change):
    for table, trigger in (("research_draft", "draft_stays"), ("research_determination", "determination_stays")):
        schema_editor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    for model, plain, sealed, context in COLUMNS:
        rows = apps.get_model("research", model).objects.select_related("query__submission__data_key")
        for row in rows.iterator():
            change(row, row.query.submission.data_key, plain, sealed, context)
    for table, trigger in (("research_draft", "draft_stays"), ("research_determination", "determination_stays")):
        schema_editor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def seal(apps, schema_editor):
    from secure_communities.platform.keys import services as keys

    def change(row, key, plain, sealed, context):
        try:
            box = keys.seal(key, getattr(row, plain).encode(), context=context)
        except keys.KeyDestroyed:
            box = UNREADABLE
        setattr(row, sealed, box)
        row.save(update_fields=[sealed])

    _each(apps, schema_editor, change)


def unseal(apps, schema_editor):
    from secure_communities.platform.keys import services as keys

    def change(row, key, plain, sealed, context):
        try:
            text = keys.unseal(key, getattr(row, sealed), context=context).decode()
        except keys.KeyDestroyed:
            text = "(expunged)"
        setattr(row, plain, text)
        row.save(update_fields=[plain])

    _each(apps, schema_editor, change)


class Migration(migrations.Migration):
    dependencies = [("research", "0005_sealed_words"), ("keys", "0003_key_ring")]
    operations = [migrations.RunPython(seal, unseal)]
