"""Figures: the one place that draws. Bytes do not depend on the day or the machine."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from .documents import Figure

if TYPE_CHECKING:
    from .curves import Curves

__all__ = ["gradient_figure"]

# Told apart by line style and weight as well as by colour, for print and for those who see fewer colours.
_SIMULATED, _MEAN_FIELD, _BOUND, _UNDERFLOW = "#1f4e79", "#c1440e", "#444444", "#888888"
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
    import matplotlib as mpl
    from matplotlib.figure import Figure as Canvas

    with mpl.rc_context(_STYLE):
        canvas = Canvas(figsize=(6.75, 3.9))
        axes = canvas.add_subplot()
        _draw(axes, curves)
        svg, pdf = io.BytesIO(), io.BytesIO()
        canvas.savefig(svg, format="svg", metadata={"Date": None})
        canvas.savefig(pdf, format="pdf", metadata={"CreationDate": None, "Producer": None, "Creator": None})
    return Figure(_element(svg.getvalue().decode()), pdf.getvalue(), _alt(curves), _caption(curves))


def _element(svg: str) -> str:
    """Drop the XML declaration and the document type: inside a page only the element stands."""
    return svg[svg.index("<svg") :]


def _draw(axes: Any, curves: Curves) -> None:
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
    axes.axhline(curves.underflow, color=_UNDERFLOW, lw=0.9, ls=(0, (1, 2)), label="end of normal float32")
    axes.set_xlabel(r"layer $\ell$ (0 is the input)")
    axes.set_ylabel(r"gradient norm $\Vert g_\ell\Vert\,/\,\Vert g_L\Vert$")
    axes.yaxis.set_major_formatter(lambda value, _: f"$10^{{{value:g}}}$")
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.margins(x=0.02)
    axes.grid(axis="y", lw=0.4, color="#dddddd")
    axes.legend(frameon=False, fontsize=8, loc="best")


def _caption(curves: Curves) -> str:
    told = ["Norm of the gradient at each layer, relative to the output."]
    if curves.simulated is not None:
        told.append(f"Band and solid line: {curves.simulated.trials} networks, each drawn afresh.")
    if curves.mean_field is not None:
        told.append("Dotted: the limit of large width.")
    if curves.bound is not None:
        told.append("Dashed: no gradient lies above it.")
    return " ".join([*told, "Grey: below it a float32 loses digits, and soon becomes zero."])


def _alt(curves: Curves) -> str:
    lines = {"simulated": curves.simulated, "mean field": curves.mean_field, "worst-case bound": curves.bound}
    shown = [name for name, line in lines.items() if line is not None]
    return f"Gradient norm against layer on a logarithmic scale: {', '.join(shown)}, and where float32 ends"
