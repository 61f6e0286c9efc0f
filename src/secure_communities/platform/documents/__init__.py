# SPDX-License-Identifier: Apache-2.0
"""Documents to keep and print: a typst template and plain data → PDF that is PDF/A-2b and PDF/UA-1, the same bytes for
the same data. Templates are ours and in the package; what people or other systems wrote is data only, never markup."""

from __future__ import annotations

from secure_communities.platform.documents.rendering import DocumentFailed, printable, render

__all__ = ["DocumentFailed", "printable", "render"]
