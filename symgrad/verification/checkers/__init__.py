"""Checkers: certificates of extrema are proved again by a program that shares no code with the search for them."""

from .certificates import Checked, Report, check
from .files import check_file

__all__ = ["Checked", "Report", "check", "check_file"]
