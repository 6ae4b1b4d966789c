r"""Breaks: how wide a formula is, and where TeX may break it.

TeX breaks a formula at its relations and sums, but neither inside a fraction nor between ``\left`` and ``\right``.
"""

from __future__ import annotations

import re

__all__ = ["letters", "loosened", "stiffest"]

_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|[{}&]|[^\\{}&\s]")
_PAIR = re.compile(r"\\(left|right)(\\[A-Za-z]+|\\[{}|]|.)")
_STIFF = re.compile(r"\\frac|\\left|\\begin\{cases\}")
_SILENT = {r"\left", r"\right", r"\displaystyle", r"\,", r"\bigr", r"\Bigr", r"\Bigl", r"\operatorname", r"\text"}
_SPACED = {"+", "-", "=", "<", ">", r"\le", r"\ge", r"\leq", r"\geq", r"\to", r"\cup"}
_SPELLED = re.compile(r"\\(?:log|exp|lim|max|min|sup|inf|(?:arc)?(?:sin|cos|tan)h?)")


def letters(latex: str) -> int:
    r"""Count the letters that a formula is about as wide as.

    Parameters
    ----------
    latex : str
        Without delimiters.

    Returns
    -------
    int
        A fraction is as wide as its wider side, cases as their widest row.

    Examples
    --------
    >>> letters(r"\frac{a + b}{2} = \alpha"), letters(r"\tanh(x)")
    (9, 7)
    """
    wide = _tokens(latex)
    return _width(wide, 0)[0]


def _tokens(latex: str) -> list[str]:
    return _TOKEN.findall(latex)


def _width(tokens: list[str], at: int) -> tuple[int, int]:
    """Return the width of a group from a place on, and the place behind it; rows of cases stand below each other."""
    width, widest = 0, 0
    while at < len(tokens) and tokens[at] != "}":
        piece = tokens[at]
        at += 1
        if piece == "{":
            inner, at = _width(tokens, at)
            width, at = width + inner, at + 1
        elif piece in (r"\frac", r"\tfrac", r"\dfrac"):
            sides = []
            for _ in range(2):
                side, at = _argument(tokens, at)
                sides.append(side)
            width += max(sides)
        elif piece in (r"\begin", r"\end"):
            _, at = _argument(tokens, at)
        elif piece == r"\\":
            width, widest = 0, max(widest, width)
        elif piece not in _SILENT and piece not in "^_&":
            width += len(piece) - 1 if _SPELLED.fullmatch(piece) else 3 if piece in _SPACED else 1
    return max(width, widest), at


def _argument(tokens: list[str], at: int) -> tuple[int, int]:
    if at < len(tokens) and tokens[at] == "{":
        width, at = _width(tokens, at + 1)
        return width, at + 1
    return 1, at + 1


def stiffest(latex: str) -> int:
    """Count the letters of the widest part of a formula that cannot be broken; sub- and superscripts count as letters.

    Parameters
    ----------
    latex : str
        Without delimiters.

    Returns
    -------
    int
        0 if it can be broken everywhere.
    """
    return max((letters(_part(latex, match.start())) for match in _STIFF.finditer(latex)), default=0)


def _part(latex: str, start: int) -> str:
    r"""Return the fraction, the cases or what is between ``\left`` and ``\right`` that begins at a place."""
    if latex.startswith(r"\frac", start):
        return latex[start : _end_of_braces(latex, _end_of_braces(latex, start))]
    opened, closed = (r"\left", r"\right") if latex.startswith(r"\left", start) else (r"\begin{", r"\end{")
    depth, at = 0, start
    while True:
        depth += latex.startswith(opened, at) - latex.startswith(closed, at)
        at += 1
        if depth == 0 or at >= len(latex):
            return latex[start : at + len(closed)]


def _end_of_braces(latex: str, start: int) -> int:
    depth = 0
    for at in range(start, len(latex)):
        depth += (latex[at] == "{") - (latex[at] == "}")
        if latex[at] == "}" and depth == 0:
            return at + 1
    return len(latex)


def loosened(latex: str) -> str:
    r"""Give brackets a fixed size, so that a formula may be broken between them.

    Parameters
    ----------
    latex : str
        Without delimiters.

    Returns
    -------
    str
        With ``\Bigl`` and ``\Bigr`` in place of ``\left`` and ``\right``, invisible brackets dropped.

    Examples
    --------
    >>> print(loosened(r"\left(x\right)^2 + \left.y\right|_{0}"))
    \Bigl(x\Bigr)^2 + y\Bigr|_{0}
    """
    return _PAIR.sub(lambda m: "" if m[2] == "." else rf"\Big{m[1][0]}{m[2]}", latex)
