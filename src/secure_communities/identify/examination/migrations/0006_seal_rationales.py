# SPDX-License-Identifier: Apache-2.0
"""Rationales that stood in clear are sealed under the data keys of their submissions.

The trigger that keeps decisions as they are rests for this one statement: what was said stays the same, only closed. A
rationale whose key is gone already went with the person, and is replaced by a box of nothing that no key opens.
"""

from typing import Any

from django.db import migrations

from secure_communities.platform.keys import services as keys

CONTEXT = "examination.decision.rationale"
EXPUNGED = b"\x00"


def _resting(schema_editor: Any, resting: bool) -> None:
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute(
        f"ALTER TABLE examination_decision {'DISABLE' if resting else 'ENABLE'} TRIGGER decision_stays"
    )


def seal(apps: Any, schema_editor: Any) -> None:
    """Fill the sealed column from the clear one."""
    model = apps.get_model("examination", "Decision")
    _resting(schema_editor, True)
    for one in model.objects.select_related("examination__submission__data_key").iterator():
        key = one.examination.submission.data_key
        gone = key.wrapped is None
        box = EXPUNGED if gone else keys.seal(key, one.rationale.encode(), context=CONTEXT)
        model.objects.filter(pk=one.pk).update(sealed_rationale=box)
    _resting(schema_editor, False)


def unseal(apps: Any, schema_editor: Any) -> None:
    """Fill the clear column from the sealed one."""
    model = apps.get_model("examination", "Decision")
    _resting(schema_editor, True)
    for one in model.objects.select_related("examination__submission__data_key").iterator():
        key = one.examination.submission.data_key
        gone = key.wrapped is None
        words = "(expunged)" if gone else keys.unseal(key, one.sealed_rationale, context=CONTEXT).decode()
        model.objects.filter(pk=one.pk).update(rationale=words)
    _resting(schema_editor, False)


class Migration(migrations.Migration):
    dependencies = [("examination", "0005_first_looks_and_sealed_rationales"), ("keys", "0003_key_ring")]
    operations = [migrations.RunPython(seal, unseal)]
