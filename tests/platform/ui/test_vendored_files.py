# SPDX-License-Identifier: Apache-2.0
"""The files of others are what their description says, complete, small, and licensed."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

import secure_communities.platform.ui as ui

ROOT = Path(__file__).resolve().parents[3]
STATIC = Path(ui.__file__).parent / "static"
PACKAGES = sorted((STATIC / "vendor").iterdir())
SHEETS = sorted(STATIC.rglob("*.css"))


def described(package: Path) -> dict[str, Any]:
    return tomllib.loads((package / "VENDOR.toml").read_text())


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_every_vendored_file_has_the_hash_on_record(package: Path) -> None:
    found = {
        path.relative_to(package).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in package.rglob("*")
        if path.is_file() and path.name != "VENDOR.toml"
    }
    assert found == described(package)["sha256"]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_every_package_names_version_licence_and_stands_in_the_notices(package: Path) -> None:
    facts = described(package)
    assert package.name == f"{facts['name']}-{facts['version']}"
    assert facts["licence"]
    assert facts["integrity"].startswith("sha512-")
    assert f"## {facts['name']} {facts['version']}" in (ROOT / "THIRD_PARTY_NOTICES.md").read_text()
    assert any(name.startswith("LICENSE") for name in facts["sha256"])


def test_changed_files_are_declared() -> None:
    for package in PACKAGES:
        facts = described(package)
        changed = {name for name, digest in facts.get("upstream_sha256", {}).items() if digest != facts["sha256"][name]}
        assert bool(changed) == bool(facts["changes"])


def test_all_static_files_together_stay_below_two_megabytes() -> None:
    assert sum(path.stat().st_size for path in STATIC.rglob("*") if path.is_file()) < 2_000_000


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_address_in_a_style_sheet_leads_to_a_file(sheet: Path) -> None:
    addresses = {
        address for address in re.findall(r"""url\(\s*["']?([^"')]*)["']?\s*\)""", sheet.read_text()) if address
    }
    missing = {address for address in addresses if not (sheet.parent / address.split("#")[0]).resolve().is_file()}
    assert missing == set()


def test_no_style_sheet_or_script_reaches_outside() -> None:
    for path in [*SHEETS, *STATIC.rglob("*.js")]:
        text = path.read_text()
        assert "@import" not in text, path.name
        assert "sourceMappingURL" not in text, path.name


def test_the_hashed_storage_accepts_all_files(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    collected = (tmp_path / "staticfiles.json").read_text()
    for name in ("ui/base.css", "ui/page.js", "vendor/uswds-3.14.0/img/sprite.svg", "vendor/htmx-2.0.11/htmx.min.js"):
        assert f'"{name}"' in collected
