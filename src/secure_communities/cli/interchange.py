# SPDX-License-Identifier: Apache-2.0
"""`interchange`: look into a transaction file of either form, write it back unchanged or in the other form, judge it.

Exit codes: 0, 1 invalid, 2 unreadable."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from secure_communities.interchange import files, xml
from secure_communities.interchange.files import Form
from secure_communities.interchange.itl import CodecError, Finding, ImageView, Transaction, tag_name
from secure_communities.interchange.itl.limits import FILE_BYTES
from secure_communities.interchange.profiles import check_admission, profile_for, profile_names, validate

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
INVALID, UNREADABLE = 1, 2
_CELL = 100


@click.group()
def interchange() -> None:
    """Inspect, validate and round-trip ANSI/NIST-ITL transaction files, traditional or NIEM XML."""


@interchange.command()
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@click.option("--decode/--no-decode", default=True, show_default=True, help="Try every image.")
def inspect(file: Path, as_json: bool, decode: bool) -> None:
    """Show every record, field and image of FILE. Exit code 2 if it cannot be read."""
    try:
        transaction = _read(file)
    except CodecError as error:
        if as_json:
            click.echo(json.dumps({"ok": False, "error": _as_dict(error.finding)}))
            sys.exit(UNREADABLE)
        _unreadable(file, error)
    description = describe(transaction, decode=decode)
    if as_json:
        click.echo(json.dumps(description))
    else:
        _print_description(description)


@interchange.command()
@click.argument("file", type=FILE)
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--form", type=click.Choice([one.value for one in Form]), help="Form of OUT (default: that of FILE).")
def roundtrip(file: Path, out: Path, form: str | None) -> None:
    """Read FILE and write it to OUT: a traditional file byte for byte the same, XML with the same content.

    Exit code 2 if it cannot be read, or holds what XML has no place for.
    """
    try:
        transaction = _read(file)
        data = files.write(transaction, Form(form) if form else files.form_of(_start(file)))
    except CodecError as error:
        _unreadable(file, error)
    try:
        out.write_bytes(data)
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}") from error
    click.echo(f"{out}: {len(data)} bytes", err=True)


@interchange.command(name="validate")
@click.argument("file", type=FILE, required=False)
@click.option("--profile", "wanted", metavar="NAME", help="Such as ebts-10.0/CAR; chosen by TOT and version if absent.")
@click.option("--destination", metavar="ORI", help="Our own identifier: refuse what is addressed elsewhere.")
@click.option("--received-on", type=click.DateTime(["%Y-%m-%d"]), help="Day of receipt (default: today).")
@click.option("--json", "as_json", is_flag=True, help="A JSON list of findings instead of lines.")
@click.option("--schema", is_flag=True, help="Of an XML file: first check it against our schema.")
@click.option("--list", "list_profiles", is_flag=True, help="Show the profiles.")
def validate_file(
    file: Path | None,
    wanted: str | None,
    destination: str | None,
    received_on: datetime | None,
    as_json: bool,
    schema: bool,
    list_profiles: bool,
) -> None:
    """Judge FILE against an EBTS profile. Exit code 0 valid, 1 invalid, 2 unreadable."""
    if list_profiles:
        click.echo(json.dumps(profile_names()) if as_json else "\n".join(profile_names()))
        return
    if file is None:
        raise click.UsageError("FILE is missing (or use --list).")
    try:
        transaction = _read(file)
    except CodecError as error:
        if as_json:
            click.echo(json.dumps([_as_dict(error.finding)]))
            sys.exit(UNREADABLE)
        _unreadable(file, error)
    if schema and files.form_of(_start(file)) is not Form.XML:
        raise click.UsageError("--schema is for XML files.")
    profile = _profile(transaction, wanted)
    if profile is None:
        findings = check_admission(transaction) or [Finding("H0001", message="TOT is missing", record=0, tag="1.004")]
    else:
        day = received_on.date() if received_on else date.today()  # noqa: DTZ011 - the sender's dates are local too
        findings = validate(transaction, profile, received_on=day, destination=destination)
    if schema:
        findings = [*xml.schema_findings(file.read_bytes()), *findings]
    if as_json:
        click.echo(json.dumps([_as_dict(finding) for finding in findings]))
    else:
        for finding in findings:
            click.echo(str(finding))
        click.echo(f"{file.name}: {len(findings)} findings ({profile or 'no profile fits'})", err=True)
    sys.exit(INVALID if findings else 0)


def describe(transaction: Transaction, *, decode: bool = True) -> dict[str, Any]:
    """The transaction as plain data: record and field order kept, tags as `type.NNN`, image bytes left out."""
    views = {view.record: view for view in transaction.images()}
    repeated = {warning.record for warning in transaction.warnings if warning.tag and warning.tag.endswith(".999")}
    records = []
    for index, record in enumerate(transaction.records):
        fields = [
            {"tag": tag_name(field.type, field.number), "values": field.values}
            for field in record.fields
            if not field.is_image
        ]
        image = _describe_image(views[index], decode=decode, repeated=index in repeated) if index in views else None
        records.append({"type": record.type, "idc": record.idc, "fields": fields, "image": image})
    return {
        "ok": True,
        "version": transaction.version,
        "tot": transaction.tot,
        "tcn": transaction.tcn,
        "ori": transaction.ori,
        "dai": transaction.dai,
        "records": records,
        "warnings": [_as_dict(warning) for warning in transaction.warnings],
    }


def _describe_image(view: ImageView, *, decode: bool, repeated: bool) -> dict[str, Any]:
    decoded: bool | None = None
    reason: str | None = "not tried"
    if repeated:
        decoded, reason = False, "E0005: 999 is repeated; which occurrence is the image is not guessed"
    elif decode:
        decoded, reason = _try_decoding(view)
    return {
        "compression": view.compression,
        "width": view.width,
        "height": view.height,
        "ppi": view.ppi,
        "positions": list(view.positions),
        "decoded": decoded,
        "reason": reason,
    }


def _try_decoding(view: ImageView) -> tuple[bool, str | None]:
    """Whether the payload decodes, and what is wrong: with it, or with the size its record declares."""
    # Imported here: everything but trying images works without the decoders.
    from secure_communities.interchange.images import DecoderUnavailable, ImageRefused, decode_server

    raw = view.compression == "NONE"
    if raw and view.bits == 1 and view.size == (view.width + 7) // 8 * view.height:
        return True, None  # one bit a pixel, rows of whole bytes: there is nothing to decode
    width, height = (view.width, view.height) if raw else (None, None)
    try:
        image = decode_server().decode(view.data, view.compression, width=width, height=height, bits=view.bits)
    except ImageRefused as refused:
        return False, f"{refused.code}: {refused.reason}"
    except DecoderUnavailable as unavailable:
        return False, str(unavailable)
    high, wide = image.pixels.shape[:2]
    if (wide, high) != (view.width, view.height):
        return True, f"E0006: the record says {view.width} × {view.height} pixels, the image has {wide} × {high}"
    return True, None


def _read(file: Path) -> Transaction:
    """Raises CodecError, for a file beyond the cap before reading it."""
    size = file.stat().st_size
    if size > FILE_BYTES:
        raise CodecError("E0004", f"the file has {size} bytes; at most {FILE_BYTES} are read")
    return files.read(file.read_bytes())


def _start(file: Path) -> bytes:
    """Enough of a file to tell its form."""
    with file.open("rb") as handle:
        return handle.read(512)


def _profile(transaction: Transaction, wanted: str | None) -> str | None:
    """`edition/TOT`, an edition or a TOT alone are completed from the file."""
    chosen = profile_for(transaction)
    if wanted is None:
        return chosen
    own_edition = (chosen or profile_names()[0]).partition("/")[0]
    names = {name.lower(): name for name in profile_names()}
    for candidate in (wanted, f"{wanted}/{transaction.tot}", f"{own_edition}/{wanted}"):
        if candidate.lower() in names:
            return names[candidate.lower()]
    if any(name.startswith(wanted.lower() + "/") for name in names):
        return None
    raise click.UsageError(f"There is no profile {wanted}. The profiles are: {', '.join(profile_names())}.")


def _unreadable(file: Path, error: CodecError) -> NoReturn:
    click.echo(f"{file.name} cannot be read. {error}", err=True)
    sys.exit(UNREADABLE)


def _as_dict(finding: Finding) -> dict[str, Any]:
    names = ("code", "record", "idc", "tag", "offset", "message")
    return {name: getattr(finding, name) for name in names}


def _print_description(description: dict[str, Any]) -> None:
    console = Console()
    header = (
        f"{name.upper()} {_cell(description[name] or 'none')}" for name in ("tot", "version", "tcn", "ori", "dai")
    )
    console.print(Text("  ".join(header), style="bold"))
    for number, record in enumerate(description["records"]):
        idc = "" if record["idc"] is None else f", IDC {record['idc']:02d}"
        table = Table(title=f"Record {number}: Type-{record['type']}{idc}", title_justify="left", show_header=False)
        for field in record["fields"]:
            value = " | ".join(" · ".join(items) for items in field["values"])
            table.add_row(field["tag"], Text(_cell(value)))
        if record["image"]:
            table.add_row("image", Text(_image_line(record["image"])))
        console.print(table)
    for warning in description["warnings"]:
        console.print(Text(f"{warning['code']}: {warning['message']} (record {warning['record']})", style="yellow"))


def _image_line(image: dict[str, Any]) -> str:
    size = f"{image['compression'] or 'undeclared'} {image['width']} × {image['height']}"
    ppi = f", {image['ppi']:g} ppi" if image["ppi"] else ""
    positions = f", positions {', '.join(map(str, image['positions']))}" if image["positions"] else ""
    verdict = {True: "decodes", False: "does not decode", None: ""}[image["decoded"]]
    return f"{size}{ppi}{positions}: {'; '.join(part for part in (verdict, image['reason']) if part)}"


def _cell(text: str) -> str:
    """One printable line: what a terminal could obey is escaped, long values are cut."""
    kept = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[:_CELL])
    return kept + ("…" if len(text) > _CELL else "")
