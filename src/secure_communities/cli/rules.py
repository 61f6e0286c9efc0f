# SPDX-License-Identifier: Apache-2.0
"""`./run rules`: list the shipped rule sets, export one as a table to edit, make a key, sign a table, verify a bundle.

No database: a bundle is loaded on the page of the rules, and orders nothing until a supervisor activates it.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from secure_communities.policy.priority import RuleSet, RuleSetError, parse, rule_sets
from secure_communities.policy.priority.bundles import BundleError, key_id
from secure_communities.policy.priority.bundles import sign as signed
from secure_communities.policy.priority.bundles import verify as verified
from secure_communities.policy.priority.tables import CODES, source

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def rules() -> None:
    """Rules of priority as signed tables."""


@rules.command("list")
def listing() -> None:
    """The shipped rule sets, with their dates and hashes."""
    for one in rule_sets():
        until = one.effective_to or "now"
        draft = "draft" if one.draft else ""
        click.echo(f"{one.code:9} v{one.version}  {one.effective_from} to {until}  {draft:5}  {one.hash}  {one.title}")


@rules.command()
@click.argument("code", type=click.Choice(CODES))
def export(code: str) -> None:
    """The table of a shipped rule set as TOML: edit it, raise its version, sign it."""
    click.echo(source(code), nl=False)


@rules.command()
@click.argument("name", type=FILE)
def key(name: Path) -> None:
    """Make a signing key NAME (secret) and NAME.pub, which goes to the folder of trusted keys (RULES_KEYS)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    made = Ed25519PrivateKey.generate()
    public = name.with_name(f"{name.name}.pub")
    for path, text, mode in (
        (name, made.private_bytes_raw().hex(), 0o600), (public, made.public_key().public_bytes_raw().hex(), 0o644)
    ):  # fmt: skip
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
                file.write(f"{text}\n")
        except OSError as fault:
            raise click.ClickException(f"{path}: {fault.strerror}; no key is ever overwritten") from None
    click.echo(f"Key {key_id(made.public_key())}. Keep {name} secret; trust {public} where bundles are loaded.")


@rules.command()
@click.argument("table", type=FILE)
@click.option("--key", "secret", type=FILE, required=True, help="The secret key that ./run rules key made.")
@click.option("--out", type=FILE, required=True, help="Where the bundle is written.")
def sign(table: Path, secret: Path, out: Path) -> None:
    """Check a table (TOML) and write it as a signed bundle."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    one = _parsed(table)
    try:
        made = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(_read(secret).decode().strip()))
    except ValueError:
        raise click.ClickException(f"{secret} holds no signing key: make one with ./run rules key") from None
    try:
        out.write_bytes(signed(one, made))
    except OSError as fault:
        raise click.ClickException(f"{out}: {fault.strerror}") from None
    click.echo(f"{_named(one)}, signed with key {key_id(made.public_key())}: {out}")


@rules.command()
@click.argument("bundle", type=FILE)
@click.option("--key", "public", type=FILE, required=True, multiple=True, help="A public key that is trusted.")
def verify(bundle: Path, public: tuple[Path, ...]) -> None:
    """Whether a bundle is signed with a trusted key, and what it holds."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    keys = []
    for path in public:
        try:
            keys.append(Ed25519PublicKey.from_public_bytes(bytes.fromhex(_read(path).decode().strip())))
        except ValueError:
            raise click.ClickException(f"{path} holds no public key: it is one line of 64 digits") from None
    try:
        one = verified(_read(bundle), keys)
    except (BundleError, RuleSetError) as fault:
        raise click.ClickException(f"{bundle}: {fault}") from None
    click.echo(f"{_named(one)}: the signature is good.")


def _named(one: RuleSet) -> str:
    return f"{one.code} version {one.version}, hash {one.hash}"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise click.ClickException(f"{path}: {fault.strerror}") from None


def _parsed(table: Path) -> RuleSet:
    try:
        return parse(_read(table).decode())
    except UnicodeDecodeError:
        raise click.ClickException(f"{table} is no UTF-8 text") from None
    except RuleSetError as fault:
        raise click.ClickException(f"{table}: {fault}") from None
