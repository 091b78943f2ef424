"""Which encoding a text is in, and decoding that survives what is wrong in it.

Byte order marks decide first, then the NUL pattern of UTF-16 and UTF-32, then whether the samples are UTF-8, and
only then charset detection. Windows-1252 stands in for Latin-1, its subset, as on the web
(https://encoding.spec.whatwg.org/#names-and-labels).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ddgen.model.problem import POSITIONS_KEPT, Place, Problem, Severity

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
_WIDE = ("utf-16", "utf-32")
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_C1 = re.compile(rb"[\x80-\x9f]")
_ESCAPED = re.compile("[\udc80-\udcff]")
_UNDEFINED_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_ODD_1252 = re.compile(rb"[\x81\x83\x88\x8d\x8f\x90\x98\x9d\xa4\xa6\xa8\xaf\xb8\xd0\xde\xf0\xfe]")
"""Windows-1252's undefined bytes and characters that hardly occur in western text, unlike the same bytes elsewhere."""

_SYMBOL_IN_WORD = re.compile(
    rb"(?<=[A-Za-z\xc0-\xff])[\x80-\x89\x8b\x91\x93-\x99\x9b\xa1-\xa9\xab-\xb9\xbb-\xbf](?=[a-z\xe0-\xff])"
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """`name` is what people are told, `codec` what decodes it, `mark` the length of its byte order mark."""

    name: str
    codec: str
    mark: int = 0


UTF8 = Encoding("utf-8", "utf-8")


def detect(samples: Sequence[bytes]) -> Encoding:
    """The encoding of a text, from its beginning (`samples[0]`) and further pieces of it."""
    head = samples[0] if samples else b""
    for mark, name, codec in _MARKS:
        if head.startswith(mark):
            return Encoding(name, codec, len(mark))
    wide = _unmarked_wide(head)
    if wide is not None:
        return Encoding(wide, wide)
    if _is_utf8(samples):
        return UTF8
    return _legacy([sample for sample in samples if _HIGH.search(sample)])


def looks_binary(head: bytes) -> bool:
    """Whether bytes that begin so are no text in any encoding: control characters that no text holds."""
    if head.startswith(tuple(mark for mark, _, _ in _MARKS)) or _unmarked_wide(head) is not None:
        return False
    sample = head[:8192]
    controls = len(sample) - len(sample.translate(None, bytes(range(1, 7)) + bytes(range(14, 27))))
    return sample.count(0) * 20 > len(sample) or controls * 20 > len(sample)


def _unmarked_wide(head: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: NUL in every other byte, or in three of four, of western text.

    A text has no characters that are NUL themselves; programs and their tables are full of them.
    """
    sample = head[: 4096 & ~3]
    sample = sample[: len(sample) & ~3]
    quarter = len(sample) // 4
    if quarter < 2 or b"\0" not in sample:
        return None
    nulls = [sample[offset::4].count(0) / quarter for offset in range(4)]
    filled = [share > 0.7 for share in nulls]
    patterns = {
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
    }
    found = patterns.get((filled[0], filled[1], filled[2], filled[3]))
    size = 4 if found is None or found.startswith("utf-32") else 2
    empty = sum(not any(sample[place : place + size]) for place in range(0, len(sample), size))
    return found if empty * size * 100 < len(sample) else None


def _is_utf8(samples: Iterable[bytes]) -> bool:
    """Whether it is UTF-8 but for a few bad bytes; a character cut at a sample's edge is not held against it."""
    good = bad = 0
    for sample in samples:
        trimmed = sample[_first_start(sample) :]
        runs = len(_MULTIBYTE.findall(trimmed))
        rest = _HIGH_RUN.findall(_MULTIBYTE.sub(b"", trimmed))
        if rest and trimmed.endswith(rest[-1]) and len(rest[-1]) < 4:
            rest.pop()
        good += runs
        bad += sum(map(len, rest))
    return bad == 0 or good > 10 * bad


def _first_start(sample: bytes) -> int:
    """Where the first whole character may begin: behind at most three continuation bytes."""
    start = 0
    while start < min(3, len(sample)) and 0x80 <= sample[start] < 0xC0:
        start += 1
    return start


def _legacy(samples: Sequence[bytes]) -> Encoding:
    joined = b"\n".join(samples)
    if _is_western(joined):
        return _western(joined)
    from charset_normalizer import from_bytes

    best = from_bytes(joined[: 1 << 18], steps=10, chunk_size=1024, enable_fallback=False).best()
    if best is None or best.encoding in {"ascii", "utf_8"} or (best.encoding.startswith("cp125") and _c1_only(joined)):
        return _western(joined)
    name = codecs.lookup(best.encoding).name
    return Encoding(name, name)


def _western(sample: bytes) -> Encoding:
    if _C1.search(sample) and not _UNDEFINED_1252.search(sample):
        return Encoding("cp1252", "cp1252")
    return Encoding("iso-8859-1", "cp1252")


def _c1_only(sample: bytes) -> bool:
    return all(0x80 <= byte <= 0x9F for byte in set(sample) if byte >= 0x80)


def _is_western(sample: bytes) -> bool:
    """Whether, read as Windows-1252, nearly all beyond ASCII are accents inside words or western punctuation.

    Text of another alphabet shows as runs of accented letters without plain ones between.
    """
    high = len(_HIGH.findall(sample))
    odd = len(_ODD_1252.findall(sample)) + len(_SYMBOL_IN_WORD.findall(sample))
    runs = _HIGH_RUN.findall(sample)
    return odd <= 0.05 * high and sum(len(run) == 1 for run in runs) >= 0.8 * len(runs)


@dataclass(slots=True)
class Decoder:
    """Decodes a stream piece by piece; bytes that are wrong in its encoding are read as Windows-1252 and counted.

    A wrong byte that Windows-1252 leaves undefined becomes the control character of its number. In UTF-16 and
    UTF-32, wrong units become U+FFFD.
    """

    encoding: Encoding
    bad: int = 0
    places: list[int] = field(default_factory=list)
    _held: bytes = b""
    _position: int = 0
    """Plain bytes before those held."""
    _skip: int = field(init=False)

    def __post_init__(self) -> None:
        self._skip = self.encoding.mark

    def decode(self, data: bytes, *, final: bool = False) -> str:
        """The text of the next bytes; a character that is not whole yet is kept for the next call."""
        if self._skip:
            data, self._skip, self._position = data[self._skip :], max(0, self._skip - len(data)), self._skip
        data = self._held + data if self._held else data
        try:
            text, used = self._convert(data, "strict", final=final)
        except UnicodeDecodeError:
            text, used = self._recover(data, final=final)
        self._held = data[used:]
        self._position += used
        return text

    def problem(self, source: str) -> Problem | None:
        """What had to be guessed, if anything."""
        if not self.bad:
            return None
        return Problem(
            code="encoding",
            severity=Severity.WARNING,
            message=f"bytes that are not {self.encoding.name}, read as Windows-1252",
            source=source,
            count=self.bad,
            places=[Place(byte=place) for place in self.places],
            hint="Save the file in one encoding, best UTF-8",
        )

    def _convert(self, data: bytes, errors: str, *, final: bool) -> tuple[str, int]:
        if self.encoding.codec == "utf-8":
            return codecs.utf_8_decode(data, errors, final)
        decoder = codecs.getincrementaldecoder(self.encoding.codec)(errors)
        text = decoder.decode(data, final)
        return text, len(data) - len(decoder.getstate()[0])

    def _recover(self, data: bytes, *, final: bool) -> tuple[str, int]:
        if self.encoding.codec.startswith(_WIDE):
            text, used = self._convert(data, "replace", final=final)
            self._count(text, "\ufffd", self.encoding.codec)
            return text, used
        text, used = self._convert(data, "surrogateescape", final=final)
        self._count(text, _ESCAPED, self.encoding.codec)
        return _ESCAPED.sub(lambda match: _as_western(ord(match[0]) - 0xDC00), text), used

    def _count(self, text: str, wrong: str | re.Pattern[str], codec: str) -> None:
        pattern = re.compile(wrong)
        self.bad += len(pattern.findall(text))
        behind, offset = 0, self._position
        for match in pattern.finditer(text):
            if len(self.places) == POSITIONS_KEPT:
                return
            offset += len(text[behind : match.start()].encode(codec, "surrogateescape"))
            behind = match.start()
            self.places.append(offset)


def _as_western(byte: int) -> str:
    raw = bytes((byte,))
    return raw.decode("latin-1" if _UNDEFINED_1252.match(raw) else "cp1252")
