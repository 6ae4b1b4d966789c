"""Samples: what a simulation saw, with its seed. A sample knows no claim."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import sympy as sp

from ...claims import Axis, Norm, Quantity, quantity
from .archives import Arrays, read_arrays, write_arrays

__all__ = ["Sample"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sample:
    """Measurements of one quantity in many independent draws of a network.

    Parameters
    ----------
    quantity : Quantity
        What was measured.
    subject : str
        The network, in words.
    width : int
        The smallest width of the network.
    layers : tuple of int
        Where it was measured.
    log_values : (trials, layers) float64
        Natural logarithms, so that nothing underflows; ``-inf`` is an exact zero.
    seed : int
        Together with the number of the trial it determines every draw.
    method : str
        How it was simulated.
    dtype : str
        Precision of the passes through the network.
    reason : str
        Why this method.
    depth : int
        Number of layers of the network: so many factors are rounded on the way.

    Raises
    ------
    ValueError
        If the values have another shape, or are not numbers.

    Examples
    --------
    >>> import symgrad as sg
    >>> sample = sg.simulate(sg.mlp(width=4, depth=2, activation="relu"), "gradient_norm", trials=3, rng=0)
    >>> sample.log_values.shape
    (3, 3)
    >>> float(sample.at(2).max())  # the gradient at the output has norm one
    0.0
    """

    quantity: Quantity
    subject: str
    width: int
    layers: tuple[int, ...]
    log_values: Floats
    seed: int
    method: str = "dense"
    dtype: str = "float64"
    reason: str = ""
    depth: int = 0

    def __post_init__(self) -> None:
        """Check the values and protect them."""
        shape = self.log_values.shape
        if len(shape) != 2 or shape[1] != len(self.layers):
            raise ValueError(
                f"log_values have shape {shape}; {len(self.layers)} layers ask for (trials, {len(self.layers)})"
            )
        if np.isnan(self.log_values).any():
            raise ValueError(f"log_values of {self.quantity.name} contain nan; a logarithm of zero is -inf")
        self.log_values.setflags(write=False)

    @property
    def trials(self) -> int:
        """Number of draws."""
        return int(self.log_values.shape[0])

    def at(self, layer: int) -> Floats:
        """Return the natural logarithms at a layer.

        Parameters
        ----------
        layer : int
            One of `layers`.

        Returns
        -------
        (trials,) float64
            In the order of the trials.

        Raises
        ------
        ValueError
            If nothing was measured there.
        """
        if layer not in self.layers:
            word = self.quantity.axis.word
            raise ValueError(f"{self.quantity.name} was not measured at {word} {layer}, but at {self.layers}")
        return self.log_values[:, self.layers.index(layer)]

    def values(self, layer: int) -> Floats:
        """Return the values at a layer; where they leave the range of a float, use `at`."""
        with np.errstate(over="ignore", under="ignore"):
            return np.exp(self.at(layer))

    def quantile(self, probability: float) -> Floats:
        """Return the natural logarithm of a quantile at each layer.

        Parameters
        ----------
        probability : float
            From 0 to 1.

        Returns
        -------
        (layers,) float64
            One for each of `layers`.
        """
        return np.asarray(np.quantile(self.log_values, probability, axis=0, method="inverted_cdf"))

    def save(self, path: str | Path) -> None:
        """Write the sample to an ``.npz`` file, whole or not at all.

        Parameters
        ----------
        path : str or Path
            The file.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        write_arrays(Path(path), self._arrays())

    def _arrays(self) -> Arrays:
        """The fields as arrays; text as text, so that nothing has to be pickled."""
        texts = {name: np.array(getattr(self, name)) for name in _TEXTS}
        asked = {"what": self.quantity.name, "norm": self.quantity.norm.value, "layer": str(self.quantity.layer)}
        asked["axis"] = self.quantity.axis.word
        asked["parameter"] = "" if self.quantity.parameter is None else str(self.quantity.parameter)
        return {
            **texts,
            **{name: np.array(text) for name, text in asked.items()},
            "width": np.array(self.width),
            "depth": np.array(self.depth),
            "layers": np.array(self.layers, dtype=np.int64),
            "log_values": self.log_values,
            "seed": np.array(self.seed, dtype=np.uint64),
        }

    @classmethod
    def load(cls, path: str | Path) -> Sample:
        """Read a sample that `save` wrote; nothing in the file is executed.

        Parameters
        ----------
        path : str or Path
            The file.

        Returns
        -------
        Sample
            The same numbers.

        Raises
        ------
        OSError
            If the file cannot be read.
        ValueError
            If it is not a sample.
        """
        arrays = read_arrays(Path(path), "sample", _NAMES)
        parameter = sp.Rational(str(arrays["parameter"])) if str(arrays["parameter"]) else None
        asked = quantity(str(arrays["what"]), int(str(arrays["layer"])), Norm(str(arrays["norm"])), parameter)
        if str(arrays["axis"]) == Axis.TIME.word:
            asked = asked.in_time()
        return cls(
            quantity=asked,
            width=int(arrays["width"]),
            layers=tuple(int(layer) for layer in arrays["layers"]),
            log_values=arrays["log_values"],
            seed=int(arrays["seed"]),
            subject=str(arrays["subject"]),
            method=str(arrays["method"]),
            dtype=str(arrays["dtype"]),
            reason=str(arrays["reason"]),
            depth=int(arrays["depth"]),
        )


_TEXTS = ("subject", "method", "dtype", "reason")
_NAMES = frozenset(
    {*_TEXTS, "what", "norm", "layer", "parameter", "axis", "width", "depth", "layers", "log_values", "seed"}
)
