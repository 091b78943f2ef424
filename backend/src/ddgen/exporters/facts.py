"""The facts of a profile as labelled lines, for every format that lists them."""

from __future__ import annotations

from ddgen.exporters.text import like_years, measure, number, percent, span, type_counts, value
from ddgen.model.dictionary import Field
from ddgen.model.profile import Profile


def absences(profile: Profile) -> list[tuple[str, int]]:
    """The ways in which a value is not there, with their counts; only those that occur."""
    ways = [
        ("null", profile.null),
        ("missing", profile.missing),
        ("parent absent", profile.parent_absent),
        *((f"token {value(token)}", amount) for token, amount in profile.null_tokens.items()),
    ]
    return [(way, amount) for way, amount in ways if amount]


def statistics(field: Field) -> list[tuple[str, str]]:
    """Every single figure of a profile with its label, in reading order; lists (values, shapes) are not here."""
    profile = field.profile
    share = f" ({percent(profile.null_fraction)})" if profile.null_fraction else ""
    facts = [
        ("Records" if profile.records is None else "Elements", number(profile.total)),
        ("With a value", number(profile.values)),
    ]
    facts += [("Without a value", number(round(profile.null_fraction * profile.total)) + share)]
    facts += [(f"… {way}", number(amount)) for way, amount in absences(profile)]
    facts += [("Empty texts", number(profile.empty))] if profile.empty else []
    facts += [("Records that hold it", number(profile.records))] if profile.records is not None else []
    facts += [("Values by type", type_counts(field))] if len(field.types) > 1 else []
    return facts + _variety_facts(profile) + _number_facts(profile) + _length_facts(profile)


def _variety_facts(profile: Profile) -> list[tuple[str, str]]:
    facts = []
    if profile.distinct is not None:
        error = "" if profile.distinct.exact else f" ± {percent(profile.distinct.error)}"
        facts.append(
            ("Distinct values", f"{'' if profile.distinct.exact else 'about '}{profile.distinct.count:,}{error}")
        )
    if profile.unique is not None:
        facts.append(("Unique", "yes" if profile.unique else "no"))
    return facts


def _number_facts(profile: Profile) -> list[tuple[str, str]]:
    plain = like_years(profile.min, profile.max)
    facts = [("Minimum", profile.min), ("Maximum", profile.max)]
    shown = [(what, measure(figure, plain=plain)) for what, figure in facts if figure is not None]
    shown += [("Mean", number(profile.mean))] if profile.mean is not None else []
    shown += [("Standard deviation", number(profile.stddev))] if profile.stddev is not None else []
    shown += [("Digits after the point", number(profile.scale))] if profile.scale is not None else []
    return shown


def _length_facts(profile: Profile) -> list[tuple[str, str]]:
    facts = []
    for what, lengths in (("Length", profile.lengths), ("Elements", profile.elements)):
        if lengths is not None:
            facts.append((what, f"{span(lengths.min, lengths.max)}, {number(round(lengths.mean, 1))} on average"))
    return facts


def quantiles(profile: Profile) -> list[tuple[str, str]]:
    """`5 %` and its value, and so on; nothing where there are none."""
    if profile.quantiles is None:
        return []
    plain = like_years(profile.min, profile.max)
    points = {f"{point} %": getattr(profile.quantiles, f"p{point}") for point in (1, 5, 25, 50, 75, 95, 99)}
    return [(point, measure(figure, plain=plain)) for point, figure in points.items()]
