# SPDX-License-Identifier: Apache-2.0
"""Fetch the front-end packages and vendor the few files the pages use.

A maintainer with npm runs it (``.venv/bin/python tools/vendor_frontend.py``); the result is committed, so nobody
else needs Node. Input: the pinned packages below. Output: ``static/vendor/<name>-<version>/`` with a VENDOR.toml
each, and the front-end section of THIRD_PARTY_NOTICES.md.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src/secure_communities/platform/ui/static/vendor"
NOTICES = ROOT / "THIRD_PARTY_NOTICES.md"
BEGIN, END = "<!-- front end: begin -->", "<!-- front end: end -->"

ATLAS_STEP = 8
FONT_FACES = ("Regular", "Italic", "SemiBold", "Bold")
MONO_FACES = ("regular", "700")


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package: what is taken from it and how text files are changed on the way."""

    npm: str
    version: str
    integrity: str  # of the npm tarball, as the registry publishes it
    name: str  # of the vendored folder
    licence: str
    homepage: str
    summary: str
    files: Mapping[str, str]  # path in the package → path in the vendored folder
    changes: tuple[str, ...] = ()
    edit: Mapping[str, Callable[[str], str]] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return VENDOR / f"{self.name}-{self.version}"


def edit_stylesheet(css: str) -> str:
    """Point USWDS at Public Sans and drop what would refer to files that are not vendored."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("Merriweather Web,Georgia,Cambria,Times New Roman,Times,serif", "Source Sans Pro Web")
    css = re.sub(
        r"Source Sans Pro Web(,Helvetica Neue,Helvetica,Roboto,Arial,sans-serif)?",
        "Public Sans Web,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif",
        css,
    )
    css = css.replace("url(../img/hero.jpg)", "none")
    return without_source_map(css)


def without_source_map(text: str) -> str:
    """Drop the trailing source-map comment: the map is not vendored and hashed storage would look for it."""
    return re.sub(r"\s*(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S+)\s*$", "\n", text)


def coarser_atlas(text: str) -> str:
    """The atlas on a grid ATLAS_STEP times as coarse, of counties and states alone, without their names.

    Every point moves to the nearest of the grid wherever it stands, so that neighbours keep their common border.
    """
    atlas = json.loads(text)
    atlas["arcs"] = [_coarser_arc(arc) for arc in atlas["arcs"]]
    atlas["transform"]["scale"] = [one * ATLAS_STEP for one in atlas["transform"]["scale"]]
    atlas["objects"] = {name: atlas["objects"][name] for name in ("counties", "states")}
    for group in atlas["objects"].values():
        for one in group["geometries"]:
            one.pop("properties", None)
    return json.dumps(atlas, separators=(",", ":")) + "\n"


def _coarser_arc(arc: list[list[int]]) -> list[list[int]]:
    """One arc: each point as its difference from the one before; points that have become one are one."""
    at, before = [0, 0], [0, 0]
    found: list[list[int]] = []
    for step in arc:
        at = [at[0] + step[0], at[1] + step[1]]
        point = [round(one / ATLAS_STEP) for one in at]
        if not found or point != before:
            found.append([point[0] - before[0], point[1] - before[1]] if found else point)
            before = point
    return found if len(found) > 1 else [*found, [0, 0]]


USWDS_FILES = {
    "LICENSE.md": "LICENSE.md",
    "dist/css/uswds.min.css": "css/uswds.min.css",
    "dist/js/uswds.min.js": "js/uswds.min.js",
    "dist/js/uswds-init.min.js": "js/uswds-init.min.js",
    "dist/img/sprite.svg": "img/sprite.svg",
    **{f"dist/fonts/public-sans/PublicSans-{face}.woff2": f"fonts/PublicSans-{face}.woff2" for face in FONT_FACES},
    **{
        f"dist/fonts/roboto-mono/roboto-mono-v5-latin-{face}.woff2": f"fonts/roboto-mono-v5-latin-{face}.woff2"
        for face in MONO_FACES
    },
}

PACKAGES = (
    Package(
        npm="@uswds/uswds",
        version="3.14.0",
        integrity="sha512-kwZ50TqGszxj3+MQhm+c84hI0y8rIKoc7ZLKbuHg+8rTkFisp9lXOMRD2wclyyuYZahpADxMvaPong7bwL7cew==",
        name="uswds",
        licence="CC0-1.0 AND OFL-1.1 AND Apache-2.0 AND MIT",
        homepage="https://designsystem.digital.gov/",
        summary="U.S. Web Design System: style sheet, scripts, icons (Google Material Icons, Apache-2.0), "
        "Public Sans (OFL-1.1) and Roboto Mono (Apache-2.0) web fonts.",
        files=USWDS_FILES,
        changes=(
            "style sheet: @font-face rules removed (ours are in ui/base.css)",
            "style sheet: Source Sans Pro and Merriweather replaced by Public Sans",
            "style sheet: hero photograph removed",
            "source-map comments removed",
        ),
        edit={
            "css/uswds.min.css": edit_stylesheet,
            "js/uswds.min.js": without_source_map,
            "js/uswds-init.min.js": without_source_map,
        },
    ),
    Package(
        npm="htmx.org",
        version="2.0.11",
        integrity="sha512-Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==",
        name="htmx",
        licence="0BSD",
        homepage="https://htmx.org/",
        summary="htmx: attributes that fetch a part of a page.",
        files={"LICENSE": "LICENSE", "dist/htmx.min.js": "htmx.min.js"},
    ),
    Package(
        npm="us-atlas",
        version="3.0.1",
        integrity="sha512-wEIZCq0ImPvGblTd8gZMqNNCPkQshugMUG/8nkSWXb02+XqNFREg9atHOKP9w6prLZTpqcLhSvdBW81MkV3/0Q==",
        name="us-atlas",
        licence="ISC",
        homepage="https://github.com/topojson/us-atlas",
        summary="Outlines of the counties and states of the United States, projected (Albers), from the Census "
        "Bureau's cartographic boundary files, which are in the public domain.",
        files={"LICENSE": "LICENSE", "counties-albers-10m.json": "counties-albers-10m.json"},
        changes=(
            f"atlas: points moved to a grid {ATLAS_STEP} times as coarse, those that fall together joined",
            "atlas: names and the outline of the nation left out",
        ),
        edit={"counties-albers-10m.json": coarser_atlas},
    ),
    Package(
        npm="topojson-client",
        version="3.1.0",
        integrity="sha512-605uxS6bcYxGXw9qi62XyrV6Q3xwbndjachmNxu8HWTtVPxZfEJN9fd/SZS1Q54Sn2y0TMyMxFj/cJINqGHrKw==",
        name="topojson-client",
        licence="ISC",
        homepage="https://github.com/topojson/topojson-client",
        summary="topojson-client: outlines and borders from shared arcs.",
        files={"LICENSE": "LICENSE", "dist/topojson-client.min.js": "topojson-client.min.js"},
    ),
    Package(
        npm="d3-array",
        version="3.2.4",
        integrity="sha512-tdQAmyA18i4J7wprpYq8ClcxZy3SC31QMeByyCFyRt7BVHdREQZ5lpzoe5mFEYZUWe+oq8HBvk9JjpibyEV4Jg==",
        name="d3-array",
        licence="ISC",
        homepage="https://d3js.org/d3-array",
        summary="d3-array: sums that d3-geo needs.",
        files={"LICENSE": "LICENSE", "dist/d3-array.min.js": "d3-array.min.js"},
    ),
    Package(
        npm="d3-geo",
        version="3.1.2",
        integrity="sha512-5R8ZgDQorIxmauv7R6gpE/ndz+Z0qAZssigq0aXFdvPHdY41RqtW02jrRUQAL724NdPABYXo1+gQEGBBr7uKNg==",
        name="d3-geo",
        licence="ISC AND MIT",
        homepage="https://d3js.org/d3-geo",
        summary="d3-geo: outlines as paths of a drawing.",
        files={"LICENSE": "LICENSE", "dist/d3-geo.min.js": "d3-geo.min.js"},
    ),
)


def main() -> int:
    """Fetch, check, copy, describe."""
    if not shutil.which("npm"):
        print("npm is needed to fetch the packages; nobody but the maintainer of the vendored files needs it.")
        return 3
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as scratch:
            source = fetch(package, Path(scratch))
            copy(package, source)
        size = sum(path.stat().st_size for path in package.folder.rglob("*") if path.is_file())
        print(f"{package.folder.name}: {size / 1024:.0f} KiB")
    write_notices()
    return 0


def fetch(package: Package, scratch: Path) -> Path:
    """Download with ``npm pack``, verify the published integrity, unpack; return the package folder."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{package.npm}@{package.version}"],
        cwd=scratch,
        check=True,
        capture_output=True,
        text=True,
    )
    tarball = scratch / packed.stdout.strip().splitlines()[-1]
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != package.integrity:
        raise SystemExit(
            f"{package.npm} {package.version}: the tarball's hash is not the pinned one; nothing was copied."
        )
    with tarfile.open(tarball) as archive:
        archive.extractall(scratch, filter="data")
    return scratch / "package"


def copy(package: Package, source: Path) -> None:
    """Replace the vendored folder by the listed files, their referenced images and VENDOR.toml."""
    shutil.rmtree(package.folder, ignore_errors=True)
    origin: dict[str, bytes] = {}
    for inside, target in package.files.items():
        place(package, source / inside, target, origin)
    for sheet in sorted(package.folder.rglob("*.css")):
        for image in sorted(set(re.findall(r"url\(\.\./(img/[^)]+)\)", sheet.read_text()))):
            place(package, source / "dist" / image, image, origin)
    write_description(package, origin)


def place(package: Package, source: Path, target: str, origin: dict[str, bytes]) -> None:
    """Copy one file, edited if the package says so; remember what it was upstream."""
    content = source.read_bytes()
    origin[target] = content
    if target in package.edit:
        content = package.edit[target](content.decode()).encode()
    path = package.folder / target
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def write_description(package: Package, origin: Mapping[str, bytes]) -> None:
    """VENDOR.toml: name, version, licence, changes, and the hash of every file as vendored and as published."""
    lines = [
        "# SPDX-License-Identifier: Apache-2.0",
        "# Written by tools/vendor_frontend.py.",
        f'name = "{package.name}"',
        f'npm = "{package.npm}"',
        f'version = "{package.version}"',
        f'licence = "{package.licence}"',
        f'homepage = "{package.homepage}"',
        f'integrity = "{package.integrity}"',
        "changes = ["
        + "".join(f'\n    "{change}",' for change in package.changes)
        + ("\n]" if package.changes else "]"),
    ]
    for title, digests in (
        ("sha256", {name: (package.folder / name).read_bytes() for name in origin}),
        ("upstream_sha256", {name: content for name, content in origin.items() if name in package.edit}),
    ):
        if digests:
            lines += ["", f"[{title}]"]
            lines += [f'"{name}" = "{hashlib.sha256(digests[name]).hexdigest()}"' for name in sorted(digests)]
    (package.folder / "VENDOR.toml").write_text("\n".join(lines) + "\n")


def write_notices() -> None:
    """Put the front-end section between its markers in THIRD_PARTY_NOTICES.md, leaving the rest alone."""
    sections = []
    for package in PACKAGES:
        licence = next(name for name in package.files.values() if name.startswith("LICENSE"))
        folder = package.folder.relative_to(ROOT)
        changed = "".join(f"\n- changed: {change}" for change in package.changes)
        sections.append(
            f"## {package.name} {package.version}\n\n{package.summary}\n\n"
            f"- where: `{folder}/`, hashes in its `VENDOR.toml`\n- from: npm `{package.npm}`, {package.homepage}\n"
            f"- licence: {package.licence}; full text in `{folder}/{licence}`{changed}\n"
        )
    section = f"{BEGIN}\n" + "\n".join(sections) + f"{END}\n"
    text = (
        NOTICES.read_text()
        if NOTICES.exists()
        else "# Third-party notices\n\nFiles of others that this repository carries.\n\n"
    )
    if BEGIN in text:
        head, rest = text.split(BEGIN, 1)
        text = head + section + rest.split(END, 1)[1].removeprefix("\n")
    else:
        text = text.rstrip("\n") + "\n\n" + section
    NOTICES.write_text(text)


if __name__ == "__main__":
    sys.exit(main())
