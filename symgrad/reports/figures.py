"""Figures: the one place that draws. Bytes do not depend on the day or the machine."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..claims import Axis
from .documents import Figure

if TYPE_CHECKING:
    from .curves import Band, Curves
    from .profile_curves import Mark, ProfileCurves

__all__ = ["PICTURES", "comparison_figure", "gradient_figure", "profile_figure", "profile_picture"]

PICTURES = (".svg", ".pdf", ".png")

# Told apart by line style and weight as well as by colour, for print and for those who see fewer colours.
_FLAT = 1e-9  # a relative range that is rounding
_SIMULATED, _MEAN_FIELD, _BOUND, _UNDERFLOW = "#1f4e79", "#c1440e", "#444444", "#888888"
_LINES = (("-", _SIMULATED), ("--", _MEAN_FIELD), ("-.", "#2e7d32"), (":", _BOUND))
_STYLE: dict[Any, Any] = {
    "font.family": "serif",
    "font.serif": ["DejaVu Serif"],
    "mathtext.fontset": "cm",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "symgrad",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "figure.constrained_layout.use": True,
}


def gradient_figure(curves: Curves) -> Figure:
    """Draw gradient norm against layer, on a logarithmic scale.

    Parameters
    ----------
    curves : Curves
        In decimal logarithms, so that nothing underflows; what is None is left out.

    Returns
    -------
    Figure
        As SVG for the screen and PDF for print.
    """
    svg, pdf = (_rendered(lambda canvas: _draw(canvas, curves), kind) for kind in ("svg", "pdf"))
    return Figure(_element(svg.decode()), pdf, _alt(curves), _caption(curves))


def comparison_figure(bands: Mapping[str, Band], axis: Axis) -> Figure:
    """Draw what was simulated of several networks in one picture: median and range, told apart in grey as well.

    Parameters
    ----------
    bands : mapping of str to Band
        By what the legend calls them, at most as many as there are line styles.
    axis : Axis
        Along what the networks are deep.

    Returns
    -------
    Figure
        As SVG for the screen and PDF for print.

    Raises
    ------
    ValueError
        If there are none, or more than line styles.
    """
    if not 1 <= len(bands) <= len(_LINES):
        raise ValueError(f"{len(bands)} networks cannot be told apart in one picture; give 1 to {len(_LINES)}")
    svg, pdf = (_rendered(lambda canvas: _draw_bands(canvas, bands, axis), kind) for kind in ("svg", "pdf"))
    names, words = ", ".join(bands), _WORDS[axis]
    caption = f"{words.caption} Lines: medians; bands: from the 5 % to the 95 % quantile."
    return Figure(_element(svg.decode()), pdf, f"Gradient norm against {words.against}, simulated: {names}", caption)


def profile_figure(curves: ProfileCurves) -> Figure:
    """Draw an activation and its slope, with the extrema of the slope marked.

    Parameters
    ----------
    curves : ProfileCurves
        On a window.

    Returns
    -------
    Figure
        As SVG for the screen and PDF for print.
    """
    svg, pdf = (profile_picture(curves, suffix) for suffix in (".svg", ".pdf"))
    alt = "The activation and its slope, with the largest and the smallest slope marked"
    return Figure(_element(svg.decode()), pdf, alt, f"{alt}; a ring is a kink.")


def profile_picture(curves: ProfileCurves, suffix: str) -> bytes:
    """Draw the same as the content of a file.

    Parameters
    ----------
    curves : ProfileCurves
        On a window.
    suffix : str
        One of `PICTURES`.

    Returns
    -------
    bytes
        The same for the same curves.
    """
    return _rendered(lambda canvas: _draw_profile(canvas, curves), suffix.removeprefix("."))


# What is written into a file beside the picture: neither the day nor the versions of programs.
_METADATA: dict[str, dict[str, None]] = {
    "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
    "png": {"Software": None},
}


def _rendered(draw: Callable[[Any], None], kind: str) -> bytes:
    import matplotlib as mpl
    from matplotlib.figure import Figure as Canvas

    file = io.BytesIO()
    with mpl.rc_context(_STYLE), _quiet_fonts():
        canvas = Canvas()
        draw(canvas)
        canvas.savefig(file, format=kind, dpi=200, metadata=_METADATA[kind])
    return file.getvalue()


@contextmanager
def _quiet_fonts() -> Iterator[None]:
    """The fonts that come with Matplotlib carry dates of 1904, which the program that embeds them remarks upon."""
    logger = logging.getLogger("fontTools")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _element(svg: str) -> str:
    """Drop the XML declaration and the document type: inside a page only the element stands."""
    return svg[svg.index("<svg") :]


def _draw(canvas: Any, curves: Curves) -> None:
    canvas.set_size_inches(6.75, 3.9)
    axes = canvas.add_subplot()
    if curves.bound is not None:
        axes.plot(curves.bound.layers, curves.bound.log10, "--", color=_BOUND, lw=1.2, label="worst-case bound")
    if curves.simulated is not None:
        band = curves.simulated
        axes.fill_between(
            band.layers, band.low, band.high, color=_SIMULATED, alpha=0.22, lw=0, label="simulated, 5–95 %"
        )
        axes.plot(band.layers, band.median, color=_SIMULATED, lw=1.6, label="simulated, median")
    if curves.mean_field is not None:
        axes.plot(curves.mean_field.layers, curves.mean_field.log10, ":", color=_MEAN_FIELD, lw=1.8, label="mean field")
    if curves.nears_underflow:
        axes.axhline(curves.underflow, color=_UNDERFLOW, lw=0.9, ls=(0, (1, 2)), label="end of normal float32")
    else:  # a line that hardly moves is not magnified
        low, high = axes.get_ylim()
        axes.set_ylim(min(low, -1), max(high, 1))
    _dress(axes, curves.axis)


def _draw_bands(canvas: Any, bands: Mapping[str, Band], axis: Axis) -> None:
    canvas.set_size_inches(6.75, 3.9)
    axes = canvas.add_subplot()
    for (name, band), (style, color) in zip(bands.items(), _LINES, strict=False):
        axes.fill_between(band.layers, band.low, band.high, color=color, alpha=0.18, lw=0)
        axes.plot(band.layers, band.median, style, color=color, lw=1.6, label=name)
    _dress(axes, axis)


def _dress(axes: Any, axis: Axis) -> None:
    words = _WORDS[axis]
    axes.set_xlabel(words.place)
    axes.set_ylabel(words.value)
    axes.yaxis.set_major_formatter(lambda value, _: f"$10^{{{value:g}}}$")
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.margins(x=0.02)
    axes.grid(axis="y", lw=0.4, color="#dddddd")
    axes.legend(frameon=False, fontsize=8, loc="best")


@dataclass(frozen=True)
class _Words:
    """How a figure tells along what the gradient is followed."""

    place: str
    value: str
    caption: str
    against: str


_WORDS = {
    Axis.DEPTH: _Words(
        r"layer $\ell$ (0 is the input)",
        r"gradient norm $\Vert g_\ell\Vert\,/\,\Vert g_L\Vert$",
        "Norm of the gradient at each layer, relative to the output.",
        "layer",
    ),
    Axis.TIME: _Words(
        r"lag $T-t$ (steps back from the loss)",
        r"gradient norm $\Vert g_t\Vert\,/\,\Vert g_T\Vert$",
        "Norm of the gradient by the state at each lag, for a loss at the last step, relative to the output there.",
        "lag",
    ),
}


def _caption(curves: Curves) -> str:
    told = [_WORDS[curves.axis].caption]
    if curves.simulated is not None:
        told.append(f"Band and solid line: {curves.simulated.trials} draws of whatever is random.")
    if curves.mean_field is not None:
        told.append("Dotted: the limit of large width.")
    if curves.bound is not None:
        told.append("Dashed: no gradient lies above it.")
    if curves.nears_underflow:
        told.append("Grey: below it a float32 loses digits, and soon becomes zero.")
    return " ".join(told)


def _alt(curves: Curves) -> str:
    lines = {"simulated": curves.simulated, "mean field": curves.mean_field, "worst-case bound": curves.bound}
    shown = [name for name, line in lines.items() if line is not None]
    end = ", and where float32 ends" if curves.nears_underflow else ""
    return f"Gradient norm against {_WORDS[curves.axis].against} on a logarithmic scale: {', '.join(shown)}{end}"


def _draw_profile(canvas: Any, curves: ProfileCurves) -> None:
    canvas.set_size_inches(6.75, 3.0)
    for axes, branches, label in zip(
        canvas.subplots(1, 2), (curves.values, curves.slopes), (r"$\varphi(x)$", r"$\varphi'(x)$"), strict=True
    ):
        for branch in branches:
            axes.plot(branch.x, branch.y, color=_SIMULATED, lw=1.6)
        axes.axhline(0, color=_UNDERFLOW, lw=0.5, zorder=0)
        axes.set_xlim(*curves.window)
        axes.set_xlabel("$x$")
        axes.set_title(label, fontsize=10)
        _ring(axes, branches, curves.kinks)
        axes.margins(y=0.14)
        _widen(axes, branches)
    for mark in curves.marks:
        _mark(axes, mark, curves.window)


def _widen(axes: Any, branches: Any) -> None:
    """Give a constant an axis that does not magnify its rounding."""
    low, high = (end([end(branch.y) for branch in branches], default=0.0) for end in (min, max))
    if high - low < _FLAT * max(abs(low), abs(high), 1):
        axes.set_ylim(low - 1, high + 1)


def _ring(axes: Any, branches: Any, kinks: tuple[float, ...]) -> None:
    """Put a ring at both sides of each kink."""
    ends = [(x, y) for branch in branches for x, y in zip(branch.x[[0, -1]], branch.y[[0, -1]], strict=True)]
    for x, y in ends:
        if x in kinks:
            axes.plot(x, y, "o", ms=4, mfc="white", mec=_SIMULATED, mew=1)


def _mark(axes: Any, mark: Mark, window: tuple[float, float]) -> None:
    """Draw a line at an extremum, points where it is attained, and its value."""
    axes.axhline(mark.value, color=_MEAN_FIELD, lw=0.9, ls="--" if mark.places else ":")
    for low, high in mark.places:
        if low == high and window[0] <= low <= window[1]:
            axes.plot(low, mark.value, "o", ms=4.5, color=_MEAN_FIELD, zorder=3)
        elif low < high:
            shown = max(low, window[0]), min(high, window[1])
            axes.plot(shown, (mark.value, mark.value), color=_MEAN_FIELD, lw=3, alpha=0.5, solid_capstyle="butt")
    how = "" if mark.places else ", approached"
    above = mark.name == "sup"
    axes.annotate(
        rf"$\{mark.name}\,\varphi' = {mark.value:.4g}$" + how,
        (window[0], mark.value),
        xytext=(4, 3 if above else -3),
        textcoords="offset points",
        va="bottom" if above else "top",
        fontsize=8,
        color=_MEAN_FIELD,
    )
