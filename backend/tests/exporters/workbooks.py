"""Reading workbooks back."""

from __future__ import annotations

import io
import warnings

from openpyxl import Workbook, load_workbook


def open_workbook(content: bytes) -> Workbook:
    """The workbook in these bytes; that openpyxl knows no solid data bars is no matter."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".* extension is not supported", category=UserWarning)
        return load_workbook(io.BytesIO(content))
