"""Samples: what a simulation saw, with its seed. A sample knows no claim."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..claims import Norm, Quantity, quantity

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

    def __post_init__(self) -> None:
        """Protect the values."""
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
            raise ValueError(f"{self.quantity.name} was not measured at layer {layer}, but at {self.layers}")
        return self.log_values[:, self.layers.index(layer)]

    def values(self, layer: int) -> Floats:
        """Return the values at a layer; where they leave the range of a float, use `at`."""
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
        path = Path(path)
        described = {name: np.array(str(getattr(self, name))) for name in ("subject", "method", "dtype", "reason")}
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            try:
                np.savez(
                    file,
                    **described,
                    what=np.array(self.quantity.name),
                    norm=np.array(self.quantity.norm.value),
                    layer=np.array(str(self.quantity.layer)),
                    width=np.array(self.width),
                    layers=np.array(self.layers, dtype=np.int64),
                    log_values=self.log_values,
                    seed=np.array(self.seed, dtype=np.uint64),
                )
                file.close()
                os.replace(file.name, path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise

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
        ValueError
            If the file is not a sample.
        """
        with np.load(path, allow_pickle=False) as file:
            missing = {"what", "norm", "layer", "layers", "log_values", "seed"} - set(file.files)
            if missing:
                raise ValueError(f"{path} is not a sample; it lacks {', '.join(sorted(missing))}")
            asked = quantity(str(file["what"]), int(str(file["layer"])), Norm(str(file["norm"])))
            words = {name: str(file[name]) for name in ("subject", "method", "dtype", "reason")}
            numbers = {"width": int(file["width"]), "seed": int(file["seed"])}
            layers = tuple(int(layer) for layer in file["layers"])
            return cls(quantity=asked, layers=layers, log_values=file["log_values"], **words, **numbers)
