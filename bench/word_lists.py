r"""Make the word lists behind the expansion of names, from packages unpacked in a folder.

    pip download --no-deps -d wheels symspellpy stripe xero-python plaid-python squareup fhir.resources botocore \
        python-quickbooks hubspot-api-client docusign-esign
    (unpack each into FOLDER/its_name)
    python bench/word_lists.py FOLDER

`english.txt` holds the words of symspellpy's English dictionary (MIT; the words of SCOWL with counts of Google Books),
which has no names of people and places. `field_words.txt` and `field_pairs.txt` hold how often words, and words side by
side, occur in the names of fields of published interfaces (MIT, Apache-2.0 and BSD packages): a statistic, none of
their text.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

INTO = Path(__file__).parents[1] / "backend/src/ddgen/types"
INTERFACES = (
    *("stripe", "xero_python", "plaid_python", "squareup", "fhir_resources", "botocore"),
    *("python_quickbooks", "hubspot_api_client", "docusign_esign"),
)
ENGLISH_WORDS = 39_000
FIELD_WORDS = 4_000
PAIRS_OF_FIELDS = 5_000
PAIRS_OF_TEXT = 4_000
FIELD = re.compile(r"^\s+(?:self\.)?[\"']?([A-Za-z][A-Za-z0-9_]{1,60})[\"']?\s*[:=]\s*\S", re.MULTILINE)
BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[\W_\d]+")
AMERICAN = {
    "(arm|col|fav|lab|hon|hum|rum|tum|vap|vig|behavi|endeav|flav|harb|neighb|od|parl|sav)our": r"\1or",
    "(cent|theat|lit|met|fib|calib)re(?=s?$)": r"\1er",
    "(catal|anal|dial)ogue": r"\1og",
    "(?<=[aeiou])ll(?=ed$|ing$|er$|ers$)": "l",
    "(?<=[a-z]{3})is(?=e$|es$|ed$|ing$|er$|ation$|ations$)": "iz",
    "enrol(?=ments?$)": "enroll",
    "instal(?=ments?$)": "install",
    "fulfil(?=ments?$)": "fulfill",
    "(defen|offen|licen)ce": r"\1se",
    "cheque": "check",
    "programme": "program",
    "aluminium": "aluminum",
    "^(p|f|an|h|gyn|ana|orthop)ae": r"\1e",
}
"""How American spelling differs: the dictionary has British words, names of fields mostly American ones."""
LLED = re.compile(r"(cance|trave|labe|mode|leve|chann|coun|fue|signa|tota|dia|equa|initia|marsha|pane|program)ll")
NO_WORDS = {"self", "def", "str", "none", "bool", "openapi", "args", "kwargs", "fhirtypes", "deserialize", "xero"}


def counts(path: Path) -> Iterator[tuple[str, int]]:
    """The lines `words count` of a frequency list."""
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        words, _, count = line.rpartition(" ")
        yield words, int(count)


def names_of(folder: Path) -> set[str]:
    """The names of fields in a package."""
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        found.update(FIELD.findall(path.read_text(encoding="utf-8", errors="replace")))
    for path in folder.rglob("service-2.json.gz"):
        shapes = json.loads(gzip.decompress(path.read_bytes()))["shapes"].values()
        found.update(member for shape in shapes for member in shape.get("members", ()))
    return found


def words_of(name: str) -> list[str]:
    """The words of a name in lower case."""
    return [word.lower() for word in BOUNDARY.split(name) if word]


def tallied(folder: Path, english: set[str]) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """How often words and pairs occur; the square root of each package's count, so that none outweighs the others."""
    singles: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    parts = {interface: [words_of(name) for name in names_of(folder / interface)] for interface in INTERFACES}
    used = Counter(word for names in parts.values() for word in {word for words in names for word in words})
    english = english | {word for word, packages in used.items() if packages > 3 and len(word) > 2}
    for names in parts.values():
        mine = Counter(word for words in names for word in words if word in english and word not in NO_WORDS)
        beside = Counter(pair for words in names for pair in itertools.pairwise(words) if set(pair) < english)
        singles.update({word: round(10 * math.sqrt(count)) for word, count in mine.items() if count > 1})
        pairs.update({pair: round(10 * math.sqrt(count)) for pair, count in beside.items() if count > 1})
    return singles, pairs


def american(word: str) -> str:
    """The American spelling of a word."""
    for british, other in AMERICAN.items():
        if other != "l" or LLED.match(word):
            word = re.sub(british, other, word)
    return word


def spelled(ranked: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The words, and for British ones the American ones with the same count."""
    known = {word for word, _ in ranked}
    more = [(made, count) for word, count in ranked if (made := american(word)) not in known]
    return sorted(dict(ranked + more).items(), key=lambda item: -item[1])


def write_levels(path: Path, title: str, ranked: Iterable[tuple[str, int]], step: float) -> None:
    """Words by the logarithm of their count: a line for each level, the words after it."""
    levels: dict[int, list[str]] = defaultdict(list)
    for word, count in ranked:
        levels[round(math.log(count) / step)].append(word)
    lines = [f"{level} {' '.join(sorted(words))}" for level, words in sorted(levels.items(), reverse=True)]
    path.write_text("\n".join([f"# {title}", *lines, ""]), encoding="utf-8")


def write_pairs(path: Path, title: str, pairs: Iterable[tuple[str, str]]) -> None:
    """Pairs by their first word."""
    seconds: dict[str, list[str]] = defaultdict(list)
    for first, second in pairs:
        seconds[first].append(second)
    lines = [f"{first} {' '.join(sorted(others))}" for first, others in sorted(seconds.items())]
    path.write_text("\n".join([f"# {title}", *lines, ""]), encoding="utf-8")


def main() -> None:
    """Write the three lists."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    book = folder / "symspellpy/symspellpy"
    ranked = [
        (word, count)
        for word, count in counts(book / "frequency_dictionary_en_82_765.txt")
        if re.fullmatch(r"[a-z]{3,16}|a|i|of|to|in|is|on|by|at|or|as|if|no|up|an|we|my|us|so|go|do|be|he|it|me", word)
    ]
    ranked = spelled(ranked)
    english = {word for word, _ in ranked} | {"id"}
    singles, pairs = tallied(folder, english)
    common = singles.most_common(FIELD_WORDS)
    known = {word for word, _ in common} & english
    texts = [tuple(words.split()) for words, _ in counts(book / "frequency_bigramdictionary_en_243_342.txt")]
    beside = [(first, second) for first, second in texts if {first, second} <= known and len(first) > 3 < len(second)]
    fields = [pair for pair, _ in pairs.most_common(PAIRS_OF_FIELDS)]
    step = 0.25
    write_levels(INTO / "english.txt", "Level and words; count = exp(level / 4)", ranked[:ENGLISH_WORDS], step)
    write_levels(INTO / "field_words.txt", "Level and words of names of fields; see english.txt", common, step)
    write_pairs(INTO / "field_pairs.txt", "A word and those that follow it in names of fields", fields)
    write_pairs(INTO / "text_pairs.txt", "A word and those that follow it in books", beside[:PAIRS_OF_TEXT])


if __name__ == "__main__":
    main()
