"""How texts fall into words, what a misspelt word may mean, and what of a field can be searched for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Dictionary, Field
from ddgen.model.profile import Profile, ValueCount
from ddgen.store import search
from ddgen.store.search_texts import field_entry, values
from ddgen.store.search_words import distance, learn, meant, places, slips, tokens
from ddgen.store.store import Store

from .dictionaries import put

WORDS = st.text("abcdef", min_size=4, max_size=9)


def test_texts_fall_into_words() -> None:
    assert tokens("Größe_of Ça-va, x2") == ["grosse", "of", "ca", "va", "x2"]
    assert tokens("顧客番号 id") == ["顧", "客", "番", "号", "id"]
    assert [(start, end) for start, end, _ in places("a  bé")] == [(0, 1), (3, 5)]
    assert tokens("--- ") == []


@given(st.text(max_size=40))
def test_places_are_of_the_text(said: str) -> None:
    for start, end, word in places(said):
        assert 0 <= start < end <= len(said)
        assert tokens(said[start:end])[:1] == [word[:40]]


@given(WORDS, st.data())
def test_one_slip_shares_a_form(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 2))
    letter = data.draw(st.sampled_from("abcxyz"))
    wrong = (
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place:],
        word[:place] + letter + word[place + 1 :],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    )
    for one in wrong:
        assert distance(word, one) <= 1
        assert set(slips(word)) & set(slips(one))


@given(WORDS, WORDS, WORDS)
def test_a_distance_is_one(one: str, two: str, three: str) -> None:
    assert distance(one, two) == distance(two, one)
    assert (distance(one, two) == 0) == (one == two)
    assert distance(one, two) <= max(len(one), len(two))
    assert distance(one + three, two + three) <= distance(one, two)


def test_nearest_words_come_first(store: Store) -> None:
    with store.database.transaction() as connection:
        learn(connection, ["customer", "customers", "costumes", "id", "1234567"])
        learn(connection, ["customer"])
        assert meant(connection, "custmer") == ["customer"]
        assert meant(connection, "custommer") == ["customer", "customers"]
        assert meant(connection, "xy") == []


def coded(**more: object) -> Field:
    found = [("open", 9), ("rare", 2), ("x" * 61, 9), ("ada.lovelace@example.org", 9)]
    profile = Profile(top_values=[ValueCount(value=value, count=count) for value, count in found])
    return Field(path="status", name="status", position=0, profile=profile, **({"data_type": "string"} | more))  # type: ignore[arg-type]  # of a field


def test_only_shared_harmless_values_are_indexed() -> None:
    assert values(coded()) == ["open"]
    assert values(coded(masked="shapes")) == []
    assert values(coded(data_type="integer")) == []
    verdict = {"category": "health", "sensitivity": 3}
    assert values(coded(claims=[Claim(kind=Kind.PII, value=verdict, origin=Origin.RULE)])) == []


def test_what_is_indexed_of_a_field() -> None:
    entry = field_entry(coded(tags=["gold"], semantic_type="code.status"), 7, 3, 2)
    assert entry.number == 14
    assert entry.scope == ["d2", "t3", "ystring", "kfield", "scodestatus"]
    assert (entry.kinds, entry.shown) == (["code", "status", "gold"], ["open"])
    assert "zqstatus" in entry.names
    assert "zqstatus" not in set(entry.words())


def test_rebuilding_changes_nothing(store: Store, shop: Dictionary) -> None:
    put(store, shop)
    before = store.search("email")
    with store.database.transaction() as connection:
        assert search.rebuild(connection) == 26
    assert store.search("email") == before
