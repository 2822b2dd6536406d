"""A logo is a PNG and nothing else: looked through piece by piece, and what is not picture left out.

Only PNG, for an SVG is a document that can carry scripts. Format: W3C, Portable Network Graphics
(Third Edition), sections 5 and 11. Pure.
"""

import struct
import zlib
from collections.abc import Iterator

from onboarding.errors import BadInput

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST = 64 * 1024  # bytes: it is part of a page that opens on a phone
WIDEST, HIGHEST = 1200, 600  # pixels
KEPT = (b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"IDAT", b"IEND")
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # colour type: samples of a pixel
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}


def clean_png(given: bytes) -> bytes:
    """The picture alone, without texts, times, profiles and whatever follows it.

    Raises BadInput naming the field `logo` where it is no PNG, too large, or broken.
    """
    if len(given) > LARGEST:
        raise _wrong(f"the file has {len(given):,} bytes", f"{LARGEST:,} at most")
    if not given.startswith(SIGNATURE):
        raise _wrong("this is no PNG", "save the logo as PNG and choose that file")
    pieces = [(kind, data) for kind, data in _pieces(given) if kind in KEPT]
    kinds = [kind for kind, _ in pieces]
    if kinds[:1] != [b"IHDR"] or kinds[-1:] != [b"IEND"] or b"IDAT" not in kinds:
        raise _broken()
    _check_picture(pieces[0][1], b"".join(data for kind, data in pieces if kind == b"IDAT"))
    return SIGNATURE + b"".join(_piece(kind, data) for kind, data in pieces)


def _pieces(given: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(kind, data) of each chunk up to the end of the picture, its checksum looked at."""
    at = len(SIGNATURE)
    while at + 12 <= len(given):
        length = int.from_bytes(given[at : at + 4])
        kind, data = given[at + 4 : at + 8], given[at + 8 : at + 8 + length]
        if given[at : at + 12 + length] != _piece(kind, data):
            raise _broken()
        yield kind, data
        if kind == b"IEND":
            return
        at += 12 + length


def _piece(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _check_picture(header: bytes, packed: bytes) -> None:
    """Size and form are such as a PNG can have, and the rows are as many as the header says."""
    if len(header) != 13:
        raise _broken()
    width, height, depth, colour, *methods = struct.unpack(">IIBBBBB", header)
    if depth not in DEPTHS.get(colour, ()) or methods not in ([0, 0, 0], [0, 0, 1]):
        raise _broken()
    if not (1 <= width <= WIDEST and 1 <= height <= HIGHEST):
        raise _wrong(f"it is {width} x {height} pixels", f"{WIDEST} x {HIGHEST} at most")
    row = 1 + (width * CHANNELS[colour] * depth + 7) // 8
    # interlaced pictures come as seven smaller ones, whose rows are shorter and more
    most = 2 * height * row if methods[2] else height * row
    unpacking = zlib.decompressobj()
    try:
        size = len(unpacking.decompress(packed, most + 1))
    except zlib.error:
        raise _broken() from None
    if size > most or not unpacking.eof or (not methods[2] and size != most):
        raise _broken()


def _broken() -> BadInput:
    return _wrong("the picture is broken", "save it anew as PNG")


def _wrong(message: str, hint: str) -> BadInput:
    return BadInput(message, place="logo", hint=hint)
