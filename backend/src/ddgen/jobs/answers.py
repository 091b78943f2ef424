"""Where the runs of a store keep answers of models, so that none is paid for twice, whoever runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ddgen.settings import AiSettings, load_ai

if TYPE_CHECKING:
    from pathlib import Path

    from ddgen.jobs.spec import RunSpec
    from ddgen.store.address import Address


def settings_of(wanted: RunSpec, address: Address, *, spent: float, sent: int) -> AiSettings:
    """The settings of a run that has spent money and requests before. Raises UsageError."""
    settings = load_ai(model=wanted.model, privacy=wanted.privacy, max_time=wanted.max_time)
    most_cost, most_sent = (
        _least(settings.max_cost, wanted.max_cost),
        _least(settings.max_requests, wanted.max_requests),
    )
    changed: dict[str, object] = {
        "max_cost": None if most_cost is None else max(most_cost - spent, 0.0),
        "max_requests": None if most_sent is None else max(int(most_sent) - sent, 0),
    }
    if settings.cache_path is None and address.file is not None:
        changed["cache_path"] = file_beside(address.file)
    return settings.model_copy(update=changed)


def file_beside(store: Path) -> Path:
    """The file of answers of a store in a file."""
    return store.with_name(f"{store.stem}.ai.sqlite")


def _least(*limits: float | None) -> float | None:
    """The tightest of some limits: whoever asks for a run cannot lift what the operator has set."""
    return min((limit for limit in limits if limit is not None), default=None)
