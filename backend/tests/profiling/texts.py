"""Texts as data hold them: near numbers, dates, UUIDs, words and what hides between."""

from __future__ import annotations

from hypothesis import strategies as st

from ddgen.profiling.text_kinds import BOOLEAN_WORDS, NULL_TOKENS

_WORDS = sorted(NULL_TOKENS | BOOLEAN_WORDS.keys() | {"inf", "-Infinity", "+inf", "Müller", "x1", "N1", "e5", "id 7"})
_FORMS = (
    r"[+-]?[0-9]{1,22}",
    r"[+-]?0*[0-9]{0,18}\.?[0-9]{0,18}",
    r"[+-]?[0-9]{0,3}\.?[0-9]{0,3}[eE][+-]?[0-9]{1,4}",
    r"[(]?[+-]?[$€£]? ?[+-]?[0-9]{1,3}([., '\u00a0\u202f]?[0-9]{2,3}){0,3}([.,][0-9]{1,3})? ?%?(EUR|USD|€)?[)]?",
    r"(EUR|USD|[$¥]) ?[0-9]{1,3}(,[0-9]{3})?",
    r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}",
    r"[0-2][0-9]{3}-[01][0-9]-[0-3][0-9][T _,][ ]?[0-2][0-9]:[0-6][0-9](:[0-6][0-9]([.,][0-9]{1,9})?)? ?(Z|z|UTC)?",
    r"2024-[01][0-9]-[0-3][0-9][T ]?[0-2][0-9]:[0-6][0-9](:[0-6][0-9]([.,][0-9]{1,9})?)? ?([+-][0-9]{2}(:?[0-9]{2})?)?",
    r"2024-[01][0-9]-[0-3][0-9] [0-2]?[0-9]:[0-6][0-9](:[0-6][0-9])? ?([aApP]\.?[mM])?",
    r"[0-3]?[0-9][-/.][0-3]?[0-9][-/.]([0-9]{2}|[0-9]{4})( [0-9]{1,2}:[0-9]{2})?",
    r"(Mon, )?[0-3]?[0-9](st|nd)?[ -](Jan|FEB|march|xyz)[ -,]{1,2}([0-9]{2}|[0-9]{4})",
    r"(Jan|Feb|mar|December)\.? [0-3]?[0-9],? [0-9]{4}",
    r"(Mon|Tue) (Jan|Feb)  ?[0-9]{1,2} [0-9]{1,2}:[0-9]{2}:[0-9]{2} [0-9]{4}",
    r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?( ?[ap]m)?",
    r"[0-9a-fA-F]{8}-[0-9a-f]{4}-[0-9a-fg]{4}-[0-9A-F]{4}-[0-9a-f]{12}",
    r"\+?[0-9]{1,3}[ -][0-9]{3}[ -][0-9]{4}",
    r"[A-Z]{2}[0-9]{2}-[0-9]{4}",
    r"[0-9]+ ?(kg|%|e|E|E5|jan|usd|Z)",
)
_DIGITS_ELSEWHERE = st.text("\u0663\uff14\u00b2\u00bd\u07c00123456789.,-€", min_size=1, max_size=6)
_HIDDEN = " \t\n\r\x00\x07\x0b\x0c\x1c\x1f\x7f\x85\u00a0\u1680\u2007\u200b\u2028\u202f\u3000\ufeffé日"


def _cased(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from([text, text.upper(), text.title()])


_CORE = st.one_of(
    st.sampled_from(_WORDS).flatmap(_cased),
    *(st.from_regex(form, fullmatch=True) for form in _FORMS),
    _DIGITS_ELSEWHERE,
    st.text(max_size=12),
    st.text("0123456789+-.,:/eETZ ()$%'", max_size=14),
    st.text("ab1 .", min_size=60, max_size=70),
    st.integers(60, 300).map(lambda size: "7" * size),
)
_AROUND = st.text(_HIDDEN, max_size=2)


def _between(parts: tuple[str, str, int]) -> str:
    text, inside, place = parts
    return text[:place] + inside + text[place:]


TEXTS = st.one_of(
    _CORE,
    st.tuples(_AROUND, _CORE, _AROUND).map("".join),
    st.tuples(_CORE, st.sampled_from(_HIDDEN), st.integers(0, 12)).map(_between),
).filter(lambda text: text != "" and not any("\ud800" <= character <= "\udfff" for character in text))
"""Any text but the empty one and those that are no Unicode."""
