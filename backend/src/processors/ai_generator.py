"""The documented import path of the class, which lives in ddgen."""

from ddgen.describe.generator import AIDescriptionGenerator

__all__ = ["AIDescriptionGenerator"]
