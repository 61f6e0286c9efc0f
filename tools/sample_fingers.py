# SPDX-License-Identifier: Apache-2.0
"""Draw the ten synthetic fingers of the style guide and find their minutiae.

Run it when the generator or the extractor has changed (about half a minute). Output: static/ui/samples/finger-N.webp
and web/views/sample_fingers.json. The same seed gives the same fingers.
"""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image

from secure_communities.biometrics.extraction import extract
from secure_communities.biometrics.synthetic.identity import Identity
from secure_communities.biometrics.synthetic.impression import finger_image
from secure_communities.biometrics.template import Kind

SEED = 417
SOURCE = Path(__file__).resolve().parent.parent / "src/secure_communities"
IMAGES = SOURCE / "platform/ui/static/ui/samples"
MINUTIAE = SOURCE / "web/views/sample_fingers.json"


def main() -> None:
    """Draw, extract, write."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    fingers = []
    for position in range(1, 11):
        pixels = finger_image(Identity(SEED), position, impression=1, kind="rolled")
        template = extract(pixels, ppi=500.0, position=position)
        Image.fromarray(pixels).save(IMAGES / f"finger-{position}.webp", quality=30, method=6)
        minutiae = [
            {
                "x": int(point["x"]),
                "y": int(point["y"]),
                "angle_degrees": round(int(point["direction"]) * 360 / 256, 1),
                "kind": Kind(point["kind"]).name.lower(),
                "quality": int(point["quality"]),
            }
            for point in template.minutiae
        ]
        height, width = pixels.shape
        fingers.append(
            {
                "position": position,
                "width": width,
                "height": height,
                "quality": template.quality,
                "minutiae": minutiae,
            }
        )
        print(f"finger {position}: {width} × {height}, {len(minutiae)} minutiae, quality {template.quality}")
    MINUTIAE.write_text("[\n" + ",\n".join(json.dumps(finger, separators=(",", ":")) for finger in fingers) + "\n]\n")


if __name__ == "__main__":
    main()
