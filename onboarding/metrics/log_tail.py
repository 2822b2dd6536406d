"""The new lines of a growing file, through its rotation."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from onboarding.errors import PassingFault, PermanentFault

BACK = 8 << 20  # bytes before the end that the first reading looks at: nothing is lost by a restart
MOST = 32 << 20  # bytes in one reading
LONGEST = 64 << 10  # bytes of a line


class Tail:
    """Follows one file by name. A file that is renamed is read to its end before its successor is
    begun; one that is cut to nothing is begun again. Touches nothing until it is read."""

    def __init__(self, path: Path, roots: list[Path]) -> None:
        self.path, self.roots = path, roots
        self.file: BinaryIO | None = None
        self.rest = b""

    def lines(self) -> Iterator[str]:
        """The lines that were finished since the last call, bytes that are no UTF-8 as marks.

        Raises PassingFault where there is no file, or it grew too fast, and PermanentFault where
        it lies outside the folders that logs may be read from."""
        here = self._here()
        if self.file is None:
            self._open(len_back=BACK)
        elif (found := os.fstat(self.file.fileno())).st_ino != here.st_ino:
            yield from self._read()
            self._open(len_back=None)
        elif found.st_size < self.file.tell():
            self.file.seek(0)
            self.rest = b""
        yield from self._read()

    def _here(self) -> os.stat_result:
        real = self.path.resolve()
        if not any(real.is_relative_to(root) for root in self.roots):
            raise PermanentFault(
                f"{self.path} is in no folder that logs may be read from",
                hint="add its folder to TURNUP_ACCESS_LOGS where the conductor runs",
            )
        try:
            return real.stat()
        except OSError as wrong:
            raise PassingFault(
                f"{self.path} cannot be read: {wrong.strerror}",
                hint="the log must lie where the conductor runs, readable for it",
            ) from wrong

    def _open(self, *, len_back: int | None) -> None:
        try:
            fresh = self.path.open("rb")
        except OSError as wrong:
            raise PassingFault(
                f"{self.path} cannot be read: {wrong.strerror}",
                hint="the log must lie where the conductor runs, readable for it",
            ) from wrong
        if self.file is not None:
            self.file.close()
        self.file, self.rest = fresh, b""
        size = os.fstat(fresh.fileno()).st_size
        if len_back is not None and size > len_back:
            fresh.seek(size - len_back)
            fresh.readline(LONGEST)

    def _read(self) -> Iterator[str]:
        assert self.file is not None
        size = os.fstat(self.file.fileno()).st_size
        if size - self.file.tell() > MOST:
            self.file.seek(0, io.SEEK_END)
            self.rest = b""
            raise PassingFault(
                f"{self.path} grew by more than {MOST >> 20} MiB since it was last read",
                hint="those lines are not counted; log less in a line, or push counts instead",
            )
        *whole, self.rest = (self.rest + self.file.read(MOST)).split(b"\n")
        if len(self.rest) > LONGEST:
            self.rest = b""
        for line in whole:
            if line.strip():
                yield line[:LONGEST].decode("utf-8", "replace")

    def close(self) -> None:
        """Let go of the file."""
        if self.file is not None:
            self.file.close()

    __del__ = close
