# SPDX-License-Identifier: Apache-2.0
"""The same records as NIEM XML, modelled on the published form: bytes ↔ Transaction by one literal table in `data/`.

Types 1, 2 (criminal fields), 4, 10 and 14. What the table has no place for is an error that says what and where. The
query and response of the support centre (IAQ, IAR) are in `inquiries`."""

from __future__ import annotations

from secure_communities.interchange.xml.documents import looks_like_xml
from secure_communities.interchange.xml.reading import parse, read_header
from secure_communities.interchange.xml.schema import schema_findings
from secure_communities.interchange.xml.writing import emit

__all__ = ["emit", "looks_like_xml", "parse", "read_header", "schema_findings"]
