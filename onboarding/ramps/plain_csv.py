"""Reads the common kind of recording fast: plain UTC times and whole numbers, all in arrays.

Whatever is out of the ordinary (quotes, offsets, fractions, blank lines, mistakes) makes `table`
return None; the careful reader then takes the file, and names what is wrong.
"""

import numpy as np
from numpy.typing import NDArray

from onboarding.ramps.evidence import Floats

Bytes = NDArray[np.uint8]
Places = NDArray[np.intp]

STAMP = np.frombuffer(b"0000-00-00T00:00:00", np.uint8)
DIGITS = 15  # whole numbers up to here are exact in a float


def table(body: bytes, width: int, time: int) -> Floats | None:
    """Rows of `width` numbers; column `time` holds times, given back in seconds since the epoch."""
    if not body.endswith(b"\n"):
        body += b"\n"
    text = np.frombuffer(body, np.uint8)
    breaks = np.flatnonzero((text == ord(",")) | (text == ord("\n")))
    if breaks.size % width:
        return None
    begins = np.concatenate(([0], breaks[:-1] + 1)).reshape(-1, width)
    ends = breaks.reshape(-1, width)
    if (text[ends[:, :-1]] != ord(",")).any() or (text[ends[:, -1]] != ord("\n")).any():
        return None
    rows = np.empty(ends.shape)
    for column in range(width):
        read = _times if column == time else _counts
        values = read(text, begins[:, column], ends[:, column])
        if values is None:
            return None
        rows[:, column] = values
    return rows


def _counts(text: Bytes, begins: Places, ends: Places) -> Floats | None:
    sizes = ends - begins
    if sizes.min() < 1 or sizes.max() > DIGITS:
        return None
    values = np.zeros(len(begins))
    for place in range(int(sizes.max())):
        inside = sizes > place
        digits = text[np.where(inside, begins + place, begins)] - ord("0")  # below "0" wraps round
        if (digits > 9).any():
            return None
        values = np.where(inside, values * 10.0 + digits, values)
    return values


def _times(text: Bytes, begins: Places, ends: Places) -> Floats | None:
    size = len(STAMP)
    zulu = int(ends[0] - begins[0]) - size
    if zulu not in (0, 1) or (ends - begins != size + zulu).any():
        return None
    if zulu and (text[begins + size] != ord("Z")).any():
        return None
    stamps = text[begins[:, None] + np.arange(size)]
    if (np.where(ord("0") == STAMP, stamps - ord("0") > 9, stamps != STAMP)).any():
        return None
    try:
        seconds: Floats = stamps.view(f"S{size}").ravel().astype("M8[s]").astype(np.float64)
    except ValueError:
        return None
    return seconds
