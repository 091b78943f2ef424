"""XXH64 (seed 0) of all texts of an Arrow array at once, each with the tag of its canonical bytes before it.

Source: "xxHash fast digest algorithm", specification 0.1.1, section XXH64, in lanes of numpy. Texts of which the
specification makes stripes (32 bytes and more) go to the library one by one: there it is as fast.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from xxhash import xxh64_intdigest

Words = npt.NDArray[np.uint64]
Sizes = npt.NDArray[np.int64]

NUMBER, TEXT = (np.uint64(ord(tag)) for tag in "ns")
"""Tags of canonical bytes (docs/facts.md)."""

P1, P2, P3, P4, P5 = (
    np.uint64(constant)
    for constant in (
        0x9E3779B185EBCA87,
        0xC2B2AE3D27D4EB4F,
        0x165667B19E3779F9,
        0x85EBCA77C2B2AE63,
        0x27D4EB2F165667C5,
    )
)
_STRIPE = 32
_BYTE = np.uint64(0xFF)


def tagged_hashes(tags: Words | np.uint64, texts: pa.Array) -> Words:
    """The hashes of a large_string array without nulls, with a tag (number or text) for each or one for all."""
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    starts, sizes = ends[:-1], np.diff(ends) + 1
    tags = np.broadcast_to(tags, sizes.shape)
    hashes = np.empty(len(sizes), np.uint64)
    short = sizes < _STRIPE
    words = _words(data, int(ends[0]), int(ends[-1]))
    if short.all():
        return _short(words, tags, starts - ends[0], sizes)
    hashes[short] = _short(words, tags[short], starts[short] - ends[0], sizes[short])
    for tag in (NUMBER, TEXT):
        long = np.flatnonzero(~short & (tags == tag))
        hashes[long] = _one_by_one(tag, texts.take(pa.array(long)))
    return hashes


def _one_by_one(tag: np.uint64, texts: pa.Array) -> Words:
    mark, nothing = (pa.scalar(text, pa.large_string()) for text in (chr(tag), ""))
    tagged = pc.binary_join_element_wise(mark, texts, nothing).cast(pa.large_binary())
    return np.fromiter(map(xxh64_intdigest, tagged.to_pylist()), np.uint64, len(tagged))


def _words(data: pa.Buffer | None, start: int, end: int) -> Words:
    """The 8 bytes from every place of an array's data on, which begin a byte before it: room for the first tag."""
    padded = np.zeros(end - start + 16, np.uint8)
    if data is not None:
        padded[1 : 1 + end - start] = np.frombuffer(data, np.uint8)[start:end]
    return np.ndarray((len(padded) - 7,), "<u8", padded, strides=(1,))


def _short(words: Words, tags: Words, starts: Sizes, sizes: Sizes) -> Words:
    """The hashes of tagged texts below 32 bytes, of which `sizes` count the tag."""
    with np.errstate(over="ignore"):
        hashed = sizes.astype(np.uint64) + P5
        first = words[starts] & ~_BYTE | tags
        whole = sizes // 8
        for number in range(3):
            some = np.flatnonzero(whole > number)
            if not len(some):
                break
            word = first[some] if number == 0 else words[starts[some] + 8 * number]
            hashed[some] = rotate(hashed[some] ^ (rotate(word * P2, 31) * P1), 27) * P1 + P4
        last = np.where(whole > 0, words[starts + 8 * whole], first)
        return avalanche(_rest(hashed, last, sizes % 8))


def _rest(hashed: Words, last: Words, rest: Sizes) -> Words:
    """Take in what is left behind whole words: 4 bytes together, then one by one."""
    some = np.flatnonzero(rest >= 4)
    half = last[some] & np.uint64(0xFFFFFFFF)
    hashed[some] = rotate(hashed[some] ^ (half * P1), 23) * P2 + P3
    last[some] >>= np.uint64(32)
    single = rest % 4
    for number in range(3):
        some = np.flatnonzero(single > number)
        if not len(some):
            break
        byte = (last[some] >> np.uint64(8 * number)) & _BYTE
        hashed[some] = rotate(hashed[some] ^ (byte * P5), 11) * P1
    return hashed


def avalanche(hashed: Words) -> Words:
    """The last mixing of bits."""
    hashed = (hashed ^ (hashed >> np.uint64(33))) * P2
    hashed = (hashed ^ (hashed >> np.uint64(29))) * P3
    return hashed ^ (hashed >> np.uint64(32))


def rotate(words: Words, bits: int) -> Words:
    """The words rotated to the left."""
    return (words << np.uint64(bits)) | (words >> np.uint64(64 - bits))
