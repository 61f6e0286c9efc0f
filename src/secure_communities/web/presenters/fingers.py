# SPDX-License-Identifier: Apache-2.0
"""Templates as fingers of the fingerprint card: size, minutiae in degrees, a note, where the image is.

In: `Template`s (px at 500 ppi) and the URLs of their images. Out: what the fingerprint card takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from secure_communities.biometrics.comparison import compare
from secure_communities.biometrics.template import Kind, Template
from secure_communities.platform.ui.minutiae import FINGERS

KINDS = {Kind.ENDING: "ending", Kind.BIFURCATION: "bifurcation"}
BLANK = {"width": 400, "height": 500}
ImageUrl = Callable[[int], str | None]


def no_image(position: int) -> None:
    """Templates only."""


def finger(
    position: int, template: Template | None, *, image: str | None = None, numbers: Mapping[int, int] | None = None,
    **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """One finger; without a template a blank place that says so. `numbers`: of the pair, by index of the minutia."""
    known = numbers or {}
    if template is None:
        return {"position": position, **BLANK, "image_url": None, "minutiae": [], "note": "No print", **more}
    note = f"Quality {template.quality} · {len(template)} minutiae"
    return {
        "position": position,
        "width": template.width,
        "height": template.height,
        "image_url": image,
        "minutiae": [
            {
                "x": int(one["x"]),
                "y": int(one["y"]),
                "angle_degrees": int(one["direction"]) * 360 / 256,
                "kind": KINDS.get(Kind(int(one["kind"])), "other"),
                "quality": int(one["quality"]),
                "pair": known.get(index),
            }
            for index, one in enumerate(template.minutiae)
        ],
        "note": note if image else f"{note} · template only",
        **more,
    }


def card(tenprint: Mapping[int, Template], *, image: ImageUrl = no_image, larger: ImageUrl = no_image) -> list[Any]:
    """All ten fingers in order."""
    return [
        finger(position, tenprint.get(position), image=image(position) if position in tenprint else None,
               href=larger(position) if position in tenprint else None)
        for position in FINGERS
    ]  # fmt: skip


def pairs(
    probe: Mapping[int, Template],
    candidate: Mapping[int, Template],
    *,
    probe_image: ImageUrl = no_image,
    candidate_image: ImageUrl = no_image,
    name: str = "Candidate",
    paired: bool = False,
) -> list[dict[str, Any]]:
    """Probe and candidate side by side, finger by finger, the fingers both have first.

    `paired` numbers the minutiae that the engine took for the same: which ones, never how they scored.
    """
    order = sorted(FINGERS, key=lambda one: (not (one in probe and one in candidate), one))
    shown: list[dict[str, Any]] = []
    for position in order:
        if position not in probe and position not in candidate:
            continue
        sides: Iterable[tuple[str, str, Mapping[int, Template], ImageUrl]] = (
            ("probe", "Probe", probe, probe_image), ("candidate", name, candidate, candidate_image)
        )  # fmt: skip
        numbers = pair_numbers(probe.get(position), candidate.get(position)) if paired else ({}, {})
        for (side, called, prints, image), known in zip(sides, numbers, strict=True):
            url = image(position) if position in prints else None
            label = f"{called}: {FINGERS[position].lower()}"
            shown.append(
                finger(
                    position, prints.get(position), image=url, numbers=known, label=label, side=side,
                    id=f"finger-{position}" if side == "probe" else "",
                )
            )  # fmt: skip
    return shown


def pair_numbers(probe: Template | None, candidate: Template | None) -> tuple[dict[int, int], dict[int, int]]:
    """Number of the pair by index of the minutia, on either side; the strongest pair is 1."""
    if probe is None or candidate is None:
        return {}, {}
    found = compare(probe, candidate).pairs
    return (
        {own: number for number, (own, _) in enumerate(found, start=1)},
        {other: number for number, (_, other) in enumerate(found, start=1)},
    )
