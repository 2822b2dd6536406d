"""The lines of a file, plain or gzip, one by one and bounded: the text is never held in memory."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from onboarding.errors import BadInput, marked

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

GZIP_MAGIC = b"\x1f\x8b"
MAX_LINE_BYTES = 4096
MAX_BYTES = 2 * 2**30
MAX_RATIO = 100  # a table of times does not pack tighter; a bomb is at 1000
RATIO_COUNTS_FROM = 16 * 2**20


@contextmanager
def whole(lines: "Lines") -> Iterator[None]:
    """Turn what a broken or cut gzip file raises into BadInput at the line reached."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as broken:
        raise BadInput(
            marked("the gzip data is broken or cut short"),
            place=f"{lines.name}:{lines.number}",
            hint=marked("expected a whole gzip file; upload it again"),
        ) from broken


class Lines:
    """The lines of a stream as text, unpacked and bounded; `number` is the line last given out.

    `hint` says what was expected where a line is refused (too long, not UTF-8, a bomb). `ratio` is
    how tightly the content may be packed. `lenient` lines keep bytes that are not UTF-8 as marks.
    """

    def __init__(
        self,
        stream: BinaryIO,
        name: str,
        *,
        hint: str,
        longest: int = MAX_LINE_BYTES,
        ratio: int = MAX_RATIO,
        most: int = MAX_BYTES,
        lenient: bool = False,
    ) -> None:
        self.name = name
        self.lenient = lenient
        self.hint, self.longest, self.ratio, self.most = hint, longest, ratio, most
        self.number = 0
        packed = io.BufferedReader(_Counted(stream), 65536)
        counted = packed.raw
        assert isinstance(counted, _Counted)
        self._packed = counted
        self._zipped = packed.peek(2)[:2] == GZIP_MAGIC
        self._plain: BinaryIO = packed
        if self._zipped:
            self._plain = io.BufferedReader(gzip.GzipFile(fileobj=packed), 65536)
        self._bytes = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._plain.readline(self.longest + 1):
            self.number += 1
            self._bytes += len(line)
            if len(line) > self.longest:
                raise BadInput(
                    marked("a line of more than {n} bytes", n=str(self.longest)),
                    place=self._place(),
                    hint=self.hint,
                )
            if self._bytes > RATIO_COUNTS_FROM:
                self._check_size()
            yield self._text(line)

    @property
    def seen(self) -> int:
        """Bytes taken from the stream so far, packed as they are."""
        return self._packed.seen

    def _text(self, line: bytes) -> str:
        if self.lenient:
            return line.decode("utf-8", "replace")
        try:
            return line.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError as wrong:
            raise BadInput(
                marked("byte {n} of the line is not UTF-8", n=str(wrong.start + 1)),
                place=self._place(),
                hint=marked("expected text saved as UTF-8"),
            ) from None

    def _check_size(self) -> None:
        bomb = self._zipped and self._bytes > self.ratio * self._packed.seen
        if bomb or self._bytes > self.most:
            most = str(self.most >> 20)
            raise BadInput(
                marked("the file unpacks to over {n} times its size", n=str(self.ratio))
                if bomb
                else marked("the file is larger than {n} MiB", n=most),
                place=self._place(),
                hint=marked("expected at most {n} MiB, plain or packed with gzip", n=most),
            )

    def _place(self) -> str:
        return f"{self.name}:{self.number}"


class _Counted(io.RawIOBase):
    """A raw stream that counts the bytes read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seen = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        data = self._stream.read(len(view))
        view[: len(data)] = data
        self.seen += len(data)
        return len(data)
