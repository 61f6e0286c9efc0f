# SPDX-License-Identifier: Apache-2.0
"""Complete booking files, modelled on EBTS: Type-1, Type-2, fourteen fingerprints, a drawn photograph.

In: a synthetic person, a card, dates and charges. Out: ANSI/NIST-ITL bytes that pass the profile of their transaction.
Two fields are this project's own, in the range left to users: 2.900 OFC, the submitted offence code of a charge as
{ordinal of the charge in 2.047, NCIC code}, and 2.901 PUR, the purpose of the submission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import numpy as np

from secure_communities.biometrics.synthetic.cards import Print, compress
from secure_communities.biometrics.synthetic.impression import Pixels
from secure_communities.biometrics.synthetic.people import Person
from secure_communities.biometrics.synthetic.photograph import HEIGHT, WIDTH, photograph
from secure_communities.interchange.itl import Record, emit, fingerprint_record, text_record, transaction

Fields = list[tuple[str, str | Sequence[Sequence[str]]]]

OFFENCE_CODE = "2.900"
PURPOSE = "2.901"
CRIMINAL_REGISTER = "ZZFBI0001"
LIVE_PLAIN, LIVE_ROLLED = 0, 1
WSQ = 1


class Purpose(StrEnum):
    """Why the prints were taken."""

    BOOKING = "BOOKING"
    SUPERVISION = "SUPERVISION"


@dataclass(frozen=True, slots=True)
class Charge:
    """One arrest charge: its literal, the day of the offence and, if the agency submits one, its NCIC code."""

    literal: str
    offence_on: date | None = None
    code: str | None = None


CHARGES = (
    Charge("SHOPLIFTING", code="2303"),
    Charge("DRIVING UNDER THE INFLUENCE OF ALCOHOL", code="5404"),
    Charge("SIMPLE ASSAULT", code="1313"),
    Charge("ROBBERY OF A BUSINESS BY STRONG ARM", code="1203"),
    Charge("BURGLARY OF A RESIDENCE BY FORCED ENTRY", code="2202"),
    Charge("POSSESSION OF COCAINE", code="3532"),
    Charge("TRESPASSING", code="5707"),
    Charge("THEFT OF A VEHICLE", code="2404"),
    Charge("POSSESSION OF A WEAPON", code="5212"),
    Charge("RESISTING AN OFFICER"),
    Charge("DRIVING WITHOUT A LICENSE"),
)


def draw_charges(number: int, *, before: date) -> tuple[Charge, ...]:
    """One to three charges for person `number`, the offences at most three days before `before`."""
    rng = np.random.default_rng([number, 0xC4])
    chosen = rng.choice(len(CHARGES), size=int(rng.choice([1, 1, 1, 2, 2, 3])), replace=False)
    return tuple(
        Charge(CHARGES[k].literal, before - timedelta(days=int(rng.integers(4))), CHARGES[k].code) for k in chosen
    )


def booking_file(
    person: Person,
    *,
    images: Mapping[int, Pixels | Print],
    ori: str,
    tcn: str,
    date: date,
    arrested_on: date | None = None,
    charges: Sequence[Charge] | None = None,
    tot: str = "CAR",
    dai: str = CRIMINAL_REGISTER,
    controlling: str | None = None,
    attention: str = "SYNTHETIC BOOKING DESK",
    gmt: datetime | None = None,
    priority: int | None = None,
    retain: bool = True,
    rap_sheet: bool = True,
    purpose: Purpose = Purpose.BOOKING,
    missing: Mapping[int, str] | None = None,
    record_type: int = 4,
    with_photograph: bool = True,
    fbi_number: str | None = None,
    state_number: str | None = None,
) -> bytes:
    """A booking of `person` as one ANSI/NIST-ITL file.

    `images` maps finger positions 1–14 to pixels at 500 ppi or to already compressed prints. `missing` maps absent
    fingers to XX (amputated) or UP (cannot be printed). `record_type` is 4 or 14. For CNA the attention line and the
    rap-sheet request are left out, as its profile demands. Raises ValueError for identifiers outside the reserved
    ranges, an unknown record type, or a finger that is both printed and missing."""
    absent = dict(missing or {})
    require_reserved(ori=ori, tcn=tcn)
    if record_type not in (4, 14):
        raise ValueError(f"record type {record_type}: fingerprints go into Type-4 or Type-14")
    if both := sorted(set(absent) & set(images)):
        raise ValueError(f"fingers {both} are both printed and missing")
    arrested = arrested_on or date
    fields = _descriptive_fields(
        person,
        arrested=arrested,
        charges=draw_charges(person.number, before=arrested) if charges is None else charges,
        retain=retain,
        controlling=controlling or ori,
        purpose=purpose,
        missing=absent,
        extra=[
            ("2.006", "" if tot == "CNA" else attention),
            ("2.014", fbi_number or ""),
            ("2.015", state_number or ""),
            ("2.036", "Y" if with_photograph else ""),
            ("2.043", "C" if tot == "CPDR" else ""),
            ("2.070", "" if tot == "CNA" else "Y" if rap_sheet else "N"),
        ],
    )
    records = [text_record(2, idc=0, fields=fields)]
    for position in sorted(images):
        image = images[position]
        print_ = image if isinstance(image, Print) else compress(image, position=position)
        records.append(_print_record(print_, position, idc=position, record_type=record_type, ori=ori, taken_on=date))
    if with_photograph:
        records.append(_photograph_record(person.number, idc=15, ori=ori, taken_on=date))
    resolution = "19.69" if record_type == 4 else "00.00"
    return emit(
        transaction(
            tot=tot,
            ori=ori,
            dai=dai,
            tcn=tcn,
            date=date,
            gmt=gmt,
            priority=priority,
            records=records,
            native_resolution=resolution,
            transmitting_resolution=resolution,
        )
    )


def require_reserved(*, ori: str, tcn: str) -> None:
    """Raise ValueError unless both identifiers are from the ranges reserved for synthetic files."""
    if not (len(ori) == 9 and ori.startswith("ZZ")):
        raise ValueError(f"ORI {ori!r}: synthetic files take only reserved identifiers, nine characters from ZZ on")
    if not tcn.startswith("SYN"):
        raise ValueError(f"TCN {tcn!r}: synthetic files take only control numbers that begin with SYN")


def _descriptive_fields(
    person: Person,
    *,
    arrested: date,
    charges: Sequence[Charge],
    retain: bool,
    controlling: str,
    purpose: Purpose,
    missing: Mapping[int, str],
    extra: Fields,
) -> Fields:
    """The fields of Type-2 in the order of their tags, empty ones left out."""
    codes = [[str(k), charge.code] for k, charge in enumerate(charges, start=1) if charge.code]
    fields: Fields = [
        ("2.005", "Y" if retain else "N"),
        ("2.009", person.agency_case),
        ("2.016", person.social_security),
        ("2.018", person.name),
        ("2.020", person.birth_place),
        ("2.022", f"{person.birth_date:%Y%m%d}"),
        ("2.024", person.sex),
        ("2.025", person.race),
        ("2.027", person.height),
        ("2.029", person.weight),
        ("2.031", person.eyes),
        ("2.032", person.hair),
        ("2.040", person.occupation),
        ("2.041", person.street),
        ("2.045", f"{arrested:%Y%m%d}"),
        ("2.047", [[f"{c.offence_on:%Y%m%d}" if c.offence_on else "", c.literal] for c in charges]),
        ("2.056", "SYNTHETIC PERSON AND SYNTHETIC PRINTS"),
        ("2.073", controlling),
        ("2.084", [[str(finger), code] for finger, code in sorted(missing.items())]),
        (OFFENCE_CODE, codes),
        (PURPOSE, purpose.value),
        *extra,
    ]
    return sorted(((tag, value) for tag, value in fields if value), key=lambda field: int(field[0][2:]))


def _print_record(print_: Print, position: int, *, idc: int, record_type: int, ori: str, taken_on: date) -> Record:
    impression = LIVE_ROLLED if position <= 10 else LIVE_PLAIN
    if record_type == 4:
        return fingerprint_record(
            idc=idc,
            impression=impression,
            positions=[position],
            width=print_.width,
            height=print_.height,
            compression=WSQ,
            data=print_.data,
        )
    boxes = [[str(finger), *map(str, box)] for finger, box in sorted(print_.boxes.items())]
    fields: Fields = [
        ("14.003", str(impression)),
        ("14.004", ori),
        ("14.005", f"{taken_on:%Y%m%d}"),
        ("14.006", str(print_.width)),
        ("14.007", str(print_.height)),
        ("14.008", "1"),
        ("14.009", "500"),
        ("14.010", "500"),
        ("14.011", "WSQ20"),
        ("14.012", "8"),
        ("14.013", str(position)),
        ("14.020", "SYNTHETIC"),
        ("14.021", boxes),
    ]
    return text_record(14, idc=idc, fields=[field for field in fields if field[1]], image=print_.data)


def _photograph_record(number: int, *, idc: int, ori: str, taken_on: date) -> Record:
    fields: Fields = [
        ("10.003", "FACE"),
        ("10.004", ori),
        ("10.005", f"{taken_on:%Y%m%d}"),
        ("10.006", str(WIDTH)),
        ("10.007", str(HEIGHT)),
        ("10.008", "1"),
        ("10.009", "100"),
        ("10.010", "100"),
        ("10.011", "JPEGB"),
        ("10.012", "YCC"),
    ]
    return text_record(10, idc=idc, fields=fields, image=photograph(number))
