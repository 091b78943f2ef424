"""Regular expressions of users, matched in time linear in the text whatever they say: by RE2, as Arrow has it."""

from __future__ import annotations


class Linear:
    """An expression in RE2's syntax. Raises ValueError where RE2 refuses it."""

    def __init__(self, regex: str, flags: str = "") -> None:
        self._regex = rf"\A(?:{regex})\z"
        self._ignore_case = "i" in flags
        self.fullmatch("")

    def fullmatch(self, text: str) -> bool:
        """Whether the whole text matches."""
        import pyarrow as pa
        from pyarrow import compute

        found = compute.match_substring_regex(
            pa.array([text], pa.string()), pattern=self._regex, ignore_case=self._ignore_case
        )
        return bool(found[0].as_py())
