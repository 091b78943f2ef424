"""A field or table said in a few words, for the narrow cells of a terminal table."""

from __future__ import annotations

from collections import Counter

from rich.text import Text

from ddgen.exporters import changes, personal, text
from ddgen.model.dictionary import Field, Table
from ddgen.model.inside import with_article
from ddgen.model.profile import Profile

_CODES = 6
_COMMON = 0.05
_MOSTLY = 0.5
_SEPARATOR = Text.assemble((text.SEPARATOR, "dim"))


def missing(profile: Profile) -> Text:
    """The share without a value; the more, the louder."""
    if not profile.total:
        return Text()
    share = profile.null_fraction
    style = "dim" if share == 0 else "red" if share >= _MOSTLY else "yellow" if share >= _COMMON else ""
    return Text(text.percent(share), style=style)


def distinct(profile: Profile) -> Text:
    """How many different values; `~` before an estimate."""
    if profile.distinct is None:
        return Text()
    return Text(f"{'' if profile.distinct.exact else '~'}{profile.distinct.count:,}")


def values(profile: Profile) -> Text:
    """What the values are: the only one, all of a few, a range, the most frequent, a shape, or how long they are."""
    if constant := text.constant(profile):
        return Text(constant)
    few = profile.all_values_listed and len(profile.top_values) <= _CODES
    if profile.lengths is None or few:
        return Text(text.extent(profile))
    return Text(_frequent(profile) or _shape(profile) or text.extent(profile))


def _frequent(profile: Profile) -> str:
    common = [entry for entry in profile.top_values if entry.count > max(1, _COMMON * profile.values)]
    return ", ".join(f"{text.value(entry.value)} {text.percent(entry.count / profile.values)}" for entry in common[:3])


def _shape(profile: Profile) -> str:
    if not profile.shapes or profile.shapes[0].count < _MOSTLY * sum(shape.count for shape in profile.shapes):
        return ""
    return f"as {text.visible(profile.shapes[0].shape)}"


def notes(field: Field) -> Text:
    """What a person should know: key, reference, personal data, fields inside, null tokens, oddities."""
    parts = [Text("key", style="bold cyan")] if field.is_primary_key else []
    if field.is_unique and not field.is_primary_key:
        parts.append(Text("unique", style="cyan"))
    if field.references:
        parts.append(Text(text.reference(field), style="green"))
    if field.pii:
        parts.append(Text(f"PII {text.visible(field.pii.category)}", style="red"))
    elif personal.search(field) == personal.NOT_LOOKED:
        parts.append(Text(f"PII {personal.NOT_LOOKED}", style="dim"))
    if field.holds:
        parts.append(Text(f"holds {text.visible(with_article(field.holds))}", style="dim"))
    if field.removed:
        parts.append(Text("no longer there", style="yellow"))
    if field.renamed_from:
        parts.append(Text(f"was {changes.renamed(field)}", style="cyan"))
    if changes.stale(field):
        parts.append(Text("text may be stale", style="yellow"))
    parts += [Text(f"“{text.value(token)}” is null", style="yellow") for token in field.profile.null_tokens]
    parts += [Text(oddity(odd.kind), style="yellow") for odd in field.profile.oddities]
    return _SEPARATOR.join(parts)


def oddity(kind: str) -> str:
    """`leading_zeros` as words."""
    return text.visible(kind.replace("_", " "))


def noteworthy(table: Table) -> Text:
    """What stands out in a table, most important first."""
    fields = [field for field in table.fields if not field.removed]
    parts = [Text("no longer there", style="yellow")] if table.removed else []
    if not table.complete:
        parts.append(Text("not read whole", style="bold red"))
    counted = (
        (sum(field.pii is not None for field in fields), "with personal data", "red"),
        (sum(" | " in field.data_type for field in fields), "of mixed type", "yellow"),
        (sum(field.profile.total > 0 and field.profile.null_fraction >= 1 for field in fields), "empty", "yellow"),
        (sum(_MOSTLY <= field.profile.null_fraction < 1 for field in fields), "mostly missing", ""),
    )
    parts += [Text(f"{amount} {what}", style=style) for amount, what, style in counted if amount]
    odd = Counter(kind for field in fields for kind in {odd.kind for odd in field.profile.oddities})
    parts += [Text(f"{oddity(kind)} in {amount}", style="dim") for kind, amount in odd.most_common(3)]
    return _SEPARATOR.join(parts)
