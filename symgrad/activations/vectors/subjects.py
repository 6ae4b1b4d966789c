"""Subjects: an activation of a whole vector, with its Jacobian and the claims about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp

from ...claims import Always, Claim, Norm, Quantity, Source, latex
from ..numbers import exact_number
from ..numerics import doubles
from .formulas import VectorFormula
from .laws import RADIUS, Law

Values = tuple[tuple[sp.Expr, sp.Expr], ...]

__all__ = ["VectorActivation"]


@dataclass(frozen=True)
class VectorActivation:
    r"""A function of a whole vector, such as softmax.

    Made by `vector_activation`, which checks what it is given.

    Parameters
    ----------
    name : str
        Of the catalogue.
    formula : VectorFormula
        What it computes.
    parameters : tuple of (str, sympy.Expr or Activation)
        Names and values.
    latex_name : str
        How a paper writes the function.
    sources : tuple of Source
        Where it was introduced.

    Examples
    --------
    >>> import sympy as sp
    >>> import symgrad as sg
    >>> softmax = sg.vector_activation("softmax")
    >>> softmax.jacobian(sp.Matrix([0, sp.log(3)]))
    Matrix([
    [ 3/16, -3/16],
    [-3/16,  3/16]])
    >>> print(softmax.lipschitz)
    vector_jacobian_norm_sup_eq_half_inverse_temperature: vector_jacobian_norm_sup = 1/(2*temperature), always
    """

    name: str
    formula: VectorFormula
    parameters: tuple[tuple[str, Any], ...]
    latex_name: str
    sources: tuple[Source, ...] = ()

    # ------------------------------------------------------------------------------------------------ evaluation

    def __call__(self, z: Any) -> Any:
        """Apply the activation to a vector of SymPy expressions, or numerically along the last axis of an array."""
        symbols = _symbolic(z)
        if symbols is None:
            return self._computed(self.formula.numbers, z)
        values = sp.Matrix(self.formula.value(symbols))
        return values.T if isinstance(z, sp.MatrixBase) and z.rows == 1 else values

    def jacobian(self, z: Any) -> Any:
        """Return the Jacobian: a row for each output, a column for each input.

        Parameters
        ----------
        z : sympy.Matrix, sequence of sympy.Expr, or array_like of shape (..., inputs)
            Where.

        Returns
        -------
        sympy.Matrix or numpy.ndarray of shape (..., outputs, inputs)
            Exact, or in double precision without overflow and cancellation.
        """
        symbols = _symbolic(z)
        return (
            self._computed(self.formula.number_slopes, z)
            if symbols is None
            else sp.Matrix(self.formula.slopes(symbols))
        )

    def _computed(self, function: Any, z: Any) -> Any:
        open_ones = [name for name, value in self.parameters if getattr(value, "free_symbols", None)]
        if open_ones:
            raise ValueError(f"{self} is no number while its {open_ones[0]} has no value; make it with one")
        given, dtype = doubles(z)
        if given.ndim == 0 or given.shape[-1] == 0:
            raise ValueError(f"{self.name} takes vectors of one component or more, not an array of shape {given.shape}")
        with np.errstate(all="ignore"):
            return function(given).astype(dtype)

    @property
    def entry(self) -> sp.Expr:
        """One component as a formula in the indexed inputs, for any width."""
        return self.formula.entry

    # ---------------------------------------------------------------------------------------------------- claims

    @cached_property
    def jacobian_claim(self) -> Claim:
        """An entry of the Jacobian for any width, in terms of the outputs or of the inputs."""
        return self._claim(self.formula.jacobian_law())

    @cached_property
    def lipschitz(self) -> Claim:
        """The largest spectral norm of the Jacobian, which is the Lipschitz constant in the Euclidean norm."""
        return self.jacobian_norm_sup()

    def jacobian_norm_sup(self, norm: Norm = Norm.SPECTRAL, radius: Any = None) -> Claim:
        """State the largest norm of the Jacobian.

        Parameters
        ----------
        norm : Norm, default Norm.SPECTRAL
            An operator norm, then it is the Lipschitz constant in that norm; or the Frobenius norm.
        radius : number or sympy.Symbol, optional
            Of a ball of inputs in the same norm, for gated units, which are unbounded without one. With a number the
            claim is exact; with a symbol it is a formula in ``R``.

        Returns
        -------
        Claim
            In symbols of the notation table, with the values of the parameters.

        Raises
        ------
        ValueError
            If the radius is not positive, or given where it is not needed.
        CannotDerive
            If the largest norm is not known.

        Examples
        --------
        >>> import symgrad as sg
        >>> from symgrad.claims import Norm
        >>> sg.vector_activation("log_softmax").jacobian_norm_sup(Norm.ONE).bound
        (width - 1)/temperature
        >>> glu = sg.vector_activation("glu")
        >>> glu.lipschitz.bound, glu.jacobian_norm_sup(radius=sp.Symbol("R", positive=True)).bound
        (oo, sqrt(radius**2/16 + 1))
        """
        if radius is None:
            return self._claim(self.formula.norm_law(norm))
        size = exact_number("radius", radius, symbolic=True)
        if size.is_positive is not True:
            raise ValueError(f"radius = {radius} is not positive; a ball has a positive radius")
        return self._claim(self.formula.ball_law(norm, size), ((RADIUS, size),))

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The Jacobian, its largest norm in each of the four norms, and what is known at a point."""
        norms = (self.jacobian_norm_sup(norm) for norm in Norm)
        return (self.jacobian_claim, *norms, *map(self._claim, self.formula.point_laws))

    def _claim(self, law: Law, values: Values = ()) -> Claim:
        known = law.bound.free_symbols
        return Claim(
            law.name,
            str(self),
            Quantity(law.what, norm=law.norm),
            law.relation,
            law.bound,
            Always(),
            law.assumptions,
            law.steps,
            (*self.sources, *law.sources),
            law.tightness,
            law.premises,
            tuple(pair for pair in (*self.formula.values, *values) if pair[0] in known),
        )

    # --------------------------------------------------------------------------------------------------- showing

    def latex(self) -> str:
        """Write one component as a formula."""
        return rf"{self.latex_name}(z)_i = {latex(self.entry)}"

    def __str__(self) -> str:
        """Write the name with the values of the parameters."""
        return f"{self.name}({', '.join(f'{name}={value}' for name, value in self.parameters)})"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"


def _symbolic(z: Any) -> list[sp.Expr] | None:
    """Return the entries of a vector of SymPy expressions; None for anything that NumPy should read."""
    if isinstance(z, sp.MatrixBase):
        if 1 not in z.shape:
            raise ValueError(f"a vector has one row or one column, not the shape {z.shape}")
        return list(z)
    entries = list(z) if isinstance(z, tuple | list) else []
    return (
        [sp.sympify(each, strict=True) for each in entries]
        if any(isinstance(each, sp.Basic) for each in entries)
        else None
    )
