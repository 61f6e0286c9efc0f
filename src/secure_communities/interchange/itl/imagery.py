# SPDX-License-Identifier: Apache-2.0
"""The images of a transaction as their records declare them: compression, size, resolution, finger positions.

Nothing is decoded or guessed here; what is not declared is None, 0 or an empty compression."""

from __future__ import annotations

from dataclasses import dataclass, field

from secure_communities.interchange.itl.binary import used_positions
from secure_communities.interchange.itl.records import Field, Record, Transaction

GCA = {0: "NONE", 1: "WSQ20", 2: "JPEGB", 3: "JPEGL", 4: "JP2", 5: "JP2L", 6: "PNG"}
_BINARY_GCA = {0: "NONE", 1: "FAX4"}
_SIGNATURE = {0: "NONE", 1: "FAX4", 2: "VECTOR"}
_SPELLINGS = {"WSQ": "WSQ20", "JPEG": "JPEGB", "JPG": "JPEGB", "JPL": "JPEGL", "J2K": "JP2"}

# Field numbers of width, height, scale units, horizontal scale, compression and bits, by record type.
_STANDARD = (6, 7, 8, 9, 11, 12)
_LAYOUTS = {17: (6, 7, 8, 9, 11, 12), 10: (6, 7, 8, 9, 11, 0)}
_WITH_POSITIONS = frozenset({13, 14, 15, 19})
_COLOUR_BITS = {"GRAY": 8, "GREY": 8, "SRGB": 24, "RGB": 24, "YCC": 24, "SYCC": 24}

_MM_PER_INCH = 25.4
_MINIMUM_PPI = {3: 250.0, 4: 500.0, 5: 250.0, 6: 500.0, 7: 500.0, 8: 500.0}


@dataclass(frozen=True, slots=True)
class ImageView:
    """One image as declared. `record` is the index in the file; `width`, `height` in pixels, 0 when not declared."""

    record: int
    type: int
    idc: int | None
    positions: tuple[int, ...]
    impression: int | None
    compression: str
    width: int
    height: int
    ppi: float | None
    bits: int | None
    field: Field = field(repr=False)

    @property
    def data(self) -> bytes:
        """The image's bytes."""
        return self.field.raw

    @property
    def size(self) -> int:
        """Number of image bytes, without copying them."""
        return self.field.stop - self.field.start


def images(transaction: Transaction) -> list[ImageView]:
    """Every image of the transaction in record order."""
    views = []
    for index, record in enumerate(transaction.records):
        if record.image is None:
            continue
        if record.type == 8:
            views.append(_signature(record, record.image, index))
        elif record.type < 9:
            if len(record.fields) == 9:
                views.append(_fingerprint(transaction.header, record, record.image, index))
        else:
            views.append(_tagged(record, record.image, index))
    return views


def _fingerprint(header: Record, record: Record, image: Field, index: int) -> ImageView:
    def number(field: int) -> int:
        return int(record.text(f"{record.type}.{field:03d}") or 0)

    code = number(8)
    names = _BINARY_GCA if record.type in (5, 6) else GCA
    native = _number(header.text("1.011"))
    ppi = _MINIMUM_PPI[record.type]
    if number(5) == 1 and native:
        ppi = float(round(native * _MM_PER_INCH))
    return ImageView(
        record=index,
        type=record.type,
        idc=record.idc,
        positions=used_positions(record.occurrences(f"{record.type}.004")[0].raw),
        impression=number(3),
        compression=names.get(code, str(code)),
        width=number(6),
        height=number(7),
        ppi=ppi,
        bits=1 if record.type in (5, 6) else 8,
        field=image,
    )


def _signature(record: Record, image: Field, index: int) -> ImageView:
    width, height, form = (int(record.text(f"8.{number:03d}") or 0) for number in (6, 7, 4))
    size = image.stop - image.start
    by_size = {width * height * 3: 24, width * height: 8, (width + 7) // 8 * height: 1}
    compression = _SIGNATURE.get(form, str(form))
    bits = by_size.get(size) if compression == "NONE" else None
    return ImageView(index, 8, record.idc, (), None, compression, width, height, None, bits, image)


def _tagged(record: Record, image: Field, index: int) -> ImageView:
    def text(number: int) -> str:
        return (record.text(f"{record.type}.{number:03d}") or "").strip()

    def whole(number: int) -> int:
        digits = text(number)
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else 0

    width, height, units, scale, compression, bits = _LAYOUTS.get(record.type, _STANDARD)
    density = {1: float(whole(scale)), 2: float(round(whole(scale) * 2.54))}.get(whole(units)) or None
    depth = whole(bits) if bits else _COLOUR_BITS.get(text(12).upper())
    positions: tuple[int, ...] = ()
    if record.type in _WITH_POSITIONS:
        items = [item for subfield in record.values(f"{record.type}.013") for item in subfield]
        positions = tuple(int(item) for item in items if item.isascii() and item.isdigit() and len(item) <= 3)
    name = text(compression).upper()
    impression = whole(3) if record.type in _WITH_POSITIONS and text(3) else None
    return ImageView(
        record=index,
        type=record.type,
        idc=record.idc,
        positions=positions,
        impression=impression,
        compression=_SPELLINGS.get(name, name),
        width=whole(width),
        height=whole(height),
        ppi=density,
        bits=depth or None,
        field=image,
    )


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
