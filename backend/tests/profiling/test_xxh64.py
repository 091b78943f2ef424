"""XXH64 in lanes gives what the library gives."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from xxhash import xxh64_intdigest

from ddgen.profiling.xxh64 import NUMBER, TEXT, tagged_hashes


@given(st.lists(st.text(max_size=45), min_size=1, max_size=30), st.integers(0, 3))
def test_every_length_hashes_as_in_the_library(texts: list[str], skipped: int) -> None:
    array = pa.array([*["before"] * skipped, *texts, "after"], pa.large_string()).slice(skipped, len(texts))
    assert tagged_hashes(TEXT, array).tolist() == [xxh64_intdigest(b"s" + text.encode()) for text in texts]


def test_each_text_may_have_a_tag_of_its_own() -> None:
    texts = ["x" * size for size in range(70)]
    tags = np.where(np.arange(70) % 2 == 0, NUMBER, TEXT)
    expected = [xxh64_intdigest(("ns"[index % 2] + text).encode()) for index, text in enumerate(texts)]
    assert tagged_hashes(tags, pa.array(texts, pa.large_string())).tolist() == expected


def test_no_texts_have_no_hashes() -> None:
    assert tagged_hashes(TEXT, pa.array([], pa.large_string())).tolist() == []
