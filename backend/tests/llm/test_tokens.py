from __future__ import annotations

from ddgen.llm.tokens import Calibration, estimate


def test_an_estimate_grows_with_the_text() -> None:
    assert estimate("") == 0
    assert estimate("a" * 330) == 100
    assert estimate("数" * 100) > estimate("a" * 100)


def test_lone_surrogates_do_not_break_it() -> None:
    assert estimate("\ud800") > 0


def test_a_calibration_comes_near_what_servers_count() -> None:
    calibration = Calibration()
    assert calibration.corrected("m", 100) == 100
    for _ in range(10):
        calibration.learn("m", 100, 150)
    assert calibration.corrected("m", 100) == 150
    assert calibration.corrected("other", 100) == 100
    assert calibration.samples("m") == 10


def test_counts_that_cannot_be_are_ignored() -> None:
    calibration = Calibration()
    for actual in (0, -5, 10_000):
        calibration.learn("m", 100, actual)
    calibration.learn("m", 0, 100)
    assert calibration.factor("m") == 1.0


def test_the_newest_count_weighs_less_than_half() -> None:
    calibration = Calibration()
    calibration.learn("m", 100, 100)
    calibration.learn("m", 100, 200)
    assert 1.2 < calibration.factor("m") < 1.4
