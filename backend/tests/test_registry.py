"""Families: everything registered loads, keeps its contract, and says so when it cannot."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from ddgen import registry
from ddgen.errors import UsageError
from ddgen.exporters.base import Exporter
from ddgen.model.inside import Opener
from ddgen.sources.spec import Source


@pytest.mark.parametrize(("family", "contract"), [("exporters", Exporter), ("sources", Source), ("openers", Opener)])
def test_everything_registered_loads_and_keeps_its_contract(family: str, contract: type) -> None:
    members = dict(registry.each(family))
    assert list(members) == registry.names(family)
    assert all(issubclass(member, contract) for member in members.values())
    assert all(member.name == name for name, member in members.items())
    assert not [name for name, member in members.items() if not (member.__doc__ or "").strip()]


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no such exporter: nonsense\. Known: json"):
        registry.get("exporters", "nonsense")


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed distribution with one plugin that works and one that does not."""
    info = tmp_path / "plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plugin\nVersion: 1.0\n", encoding="utf-8")
    entries = "[ddgen.exporters]\nlines = lines_plugin:Lines\nbroken = no_such_module:X\n"
    (info / "entry_points.txt").write_text(entries, encoding="utf-8")
    (tmp_path / "lines_plugin.py").write_text("class Lines: pass\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    monkeypatch.delitem(sys.modules, "lines_plugin", raising=False)


@pytest.mark.usefixtures("plugins")
def test_plugins_come_after_ours() -> None:
    assert registry.names("exporters")[-2:] == ["broken", "lines"]
    assert registry.get("exporters", "lines").__name__ == "Lines"


@pytest.mark.usefixtures("plugins")
def test_a_plugin_that_cannot_be_loaded_is_named() -> None:
    with pytest.raises(UsageError, match="no_such_module:X: the plugin broken cannot be loaded"):
        registry.get("exporters", "broken")
