"""What may be repeated of a server's message: the words that such messages are made of, and nothing else.

Servers echo what they were sent. Of their messages only words from a closed list are kept, and numbers that stand
beside a unit; all else becomes an ellipsis, so that no value, prompt or key can pass, whatever form it has.
"""

from __future__ import annotations

import re

MOST = 200
"""Characters of a detail."""

READ = 2000
"""Characters of a message that are looked at."""

GAP = "…"

WORDS = frozenset(
    """
    a above accept accepted access account action additionalproperties after again aborted all allowed already an and
    any api argument arguments as assistant at auth authentication authorization authorized available balance be
    because been before being below billing body but by bytes call can canceled cancelled cannot capacity change chat
    characters check client closed closing code completion completions connect connection constrained contact contain
    contains content context could create credentials credit credits currently daily day default denied deprecated
    describe description disabled discontinued does due each empty enabled encountered end endpoint engine enough enum
    error errors exceed exceeded exceeds exist exists expected expired extra failed failure feature few field fields
    file first for forbidden format found free from function future gateway generate generation gpu grammar greater
    had has have help high hour id if in including incomplete incorrect initial initialize input inputs instead
    insufficient integer internal invalid is it items its json json_object json_schema keep keys key large larger
    latency least length less level limit limits list load loaded loading local long longer low lower made malformed
    many max max_completion_tokens max_tokens maximum maybe memory message messages method min minimum minute missing
    mode model models more must n_ctx n_keep name need needs network new no non none not null number object of
    on one only open operation or organization other out output over overflow overflows overload overloaded own
    parallel parameter parameters parse parsing path payload per permission permitted plan please prefix preview
    problem process processing project prompt prompts properties property provided quota range rate reached read ready
    reason reasoning reasoning_effort received reduce reduced refused region rejected request requested requests
    require required requires reset resource resources response response_format responses result results retry role
    running schema second seconds seed see sent server service set setting shorter should size slot slots slow small
    smaller something soon specified speed started state status still stop stream strict string structured support
    supported supports system temperature temporarily terminated than that the their there these this time timed
    timeout to token tokens too tool tools top_p total traffic truncated try type unable unauthorized unavailable
    unexpected unknown unloaded unrecognized unsupported up upstream usage use used user uses using valid validation
    value values verify version wait was we went were when which while will window with within without wrong you your
    text try busy queue full larger down later
    """.split()
)
CODE_WORDS = frozenset("active country deactivated exhausted hard hit payment territory".split())
"""Further parts of error codes."""

EDGES = "\"'`\\.,:;!?()[]{}<>*-="
NUMBER = re.compile(r"\d{1,7}(?:\.\d{1,3})?(?:s|ms)?", re.ASCII)
UNITS = re.compile(
    r"(?:tokens?|requests?|(?:milli)?seconds?|minutes?|ms|characters|bytes|slots?|messages)", re.IGNORECASE
)
BEFORE = frozenset(
    "limit length maximum max minimum min n_ctx n_keep used requested most least than status size".split()
)
CODE = re.compile(r"[A-Za-z_.]{2,64}", re.ASCII)


def safe_words(message: str) -> str:
    """Return the message without anything that could have been ours, at most 200 characters long."""
    words = [word for part in message[:READ].split() if (word := part.strip(EDGES))]
    kept: list[str] = []
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        shown = word if _harmless(before, word, after) else GAP
        if shown != GAP or kept[-1:] != [GAP]:
            kept.append(shown)
    return "" if kept == [GAP] else shorten(" ".join(kept))


def safe_code(code: object) -> str | None:
    """Return an error code, where it is made of words that such codes are made of."""
    if not isinstance(code, str) or not CODE.fullmatch(code):
        return None
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", code)
    return code if parts and all(part.lower() in WORDS | CODE_WORDS for part in parts) else None


def shorten(text: str) -> str:
    """Return at most 200 characters."""
    return text if len(text) <= MOST else text[: MOST - 1] + GAP


def _harmless(before: str, word: str, after: str) -> bool:
    if NUMBER.fullmatch(word):
        counted = before.lower() in BEFORE and not after[:1].isdigit()
        return counted or UNITS.fullmatch(after) is not None
    return word.lower() in WORDS or all(part.lower() in WORDS for part in word.split("."))
