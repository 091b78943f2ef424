"""Folders and archives: which of the things in them are data, and which files may be parts of one table."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from ddgen.sources.streams import SUFFIXES as PACKED

_OTHER_SUFFIXES = frozenset(
    (
        ".md .rst .adoc .tex .bib .py .pyc .ipynb .r .rmd .js .ts .css .html .htm .sh .bat .ps1 .sql "
        ".java .class .jar .c .h .cpp .hpp .rs .go .rb .php .pl .scala .toml .ini .cfg .conf .env .lock "
        ".log .yaml .yml .xsd .png .jpg .jpeg .gif .bmp .tif .tiff .svg .webp .ico .pdf .ps .doc .docx "
        ".ppt .pptx .odt .rtf .mp3 .mp4 .wav .avi .mov .exe .dll .so .o .bin .crc .md5 .sha1 .sha256 "
        ".sig .asc .pem .key .tmp .bak .swp .part .wal .shm"
    ).split()
)
"""Suffixes of what lies beside data in folders: read when pointed at, passed over when found."""

_OTHER_NAMES = re.compile(
    r"(?:readme|licen[cs]e|copying|notice|authors|contributors|changelog|changes|history|makefile|dockerfile|manifest"
    r"|_?success|_metadata|_common_metadata|thumbs\.db|desktop\.ini)(?:[._-].*)?",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9_-]{0,9}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
_MONTH = re.compile(
    r"(?<![a-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}(?=[\W_]*\d)", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<!\d)\d{6,8}T?\d*Z?|(?<![^\W\d_])[vq]?\d+", re.IGNORECASE)
_GAP = re.compile(r"[\W_]*#[\W_#]*")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_NAMELESS = re.compile(r"(?:(?:part|chunk|file|split)[\W_]*(?:\d.*)?)?", re.IGNORECASE)


def split_name(name: str) -> tuple[str, str]:
    """A file's name as stem and lower-case suffix, the suffix of a compression left out: `A.CSV.gz` is `A`, `.csv`."""
    path = PurePosixPath(name)
    if path.suffix.lower() in PACKED:
        path = path.with_suffix("")
    if _SUFFIX.fullmatch(path.suffix):
        return path.stem, path.suffix.lower()
    return path.name, ""


def is_data(name: str) -> bool:
    """Whether a file found in a folder is likely data, by its name."""
    base = PurePosixPath(name).name
    return split_name(base)[1] not in _OTHER_SUFFIXES and _OTHER_NAMES.fullmatch(base) is None


def is_hidden(name: str) -> bool:
    """Whether some part of a path is hidden, or holds what a Macintosh adds to archives."""
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)


def walk(folder: Path, is_one: Callable[[Path], bool], denied: Callable[[OSError], None]) -> Iterator[Path]:
    """The files below a folder in order, and instead of theirs the folders that are one data set (`is_one`)."""
    if is_one(folder):
        yield folder
        return
    for place, folders, files in os.walk(folder, onerror=denied):
        here = Path(place)
        visible = sorted(name for name in folders if not is_hidden(name))
        whole = [name for name in visible if is_one(here / name)]
        folders[:] = [name for name in visible if name not in whole]
        yield from (here / name for name in whole)
        yield from (here / name for name in sorted(files) if not is_hidden(name))


def bare_stem(stem: str) -> str:
    """A stem without dates, numbers and identifiers: what the files of one table have in common."""
    marked = _NUMBER.sub("#", _MONTH.sub("#", _UUID.sub("#", stem)))
    return _EDGES.sub("", _GAP.sub("_", re.sub(r"\d+", "#", marked)))


def common_name(stem: str, folder: str) -> str:
    """The name of a table made of files such as `stem`, which lie in `folder`."""
    bare = bare_stem(stem)
    return folder if folder and (not bare or _NAMELESS.fullmatch(stem)) else bare or stem
