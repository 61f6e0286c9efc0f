# SPDX-License-Identifier: Apache-2.0
"""Write the XML Schema of our NIEM subset from its mapping table: python tools/xml_schema.py.

In: interchange/xml/data/niem-*.toml. Out: the files of interchange/xml/data/schema; a test holds them to the table.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))


def main() -> None:
    from secure_communities.interchange.xml import schema

    folder = Path(schema.__file__).parent / "data" / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schema.schema_files().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
