"""symgrad: ask a question about gradients in a network, get a claim, its derivation, a verdict and a page.

The floor plan. A room imports only from the rooms above it in this list, and ``theorems`` and ``simulation`` never
see each other: that is what makes a simulation a witness rather than an echo.

==============  ==================  =================================================================
``claims``        the grammar       what can be said, and how sure we are
``rigor``         sure numbers      balls, roots, suprema, integrals; the only room with flint
``activations``   the functions     one expression each; facts about them are claims
``networks``      the subjects      layers, initial laws, real weights; descriptions, no arithmetic
``theorems``      what is known     from a network to a claim, one function for each result
``simulation``    what happens      draws networks and measures them; the only room with numba
``verification``  do they agree?    verdicts, slack, power; Hypothesis strategies
``reports``       how to tell it    answers, pages, figures, the command line
==============  ==================  =================================================================

Every number is exact, enclosed, measured or cited, and says which.

The names below are the front door. Rooms are opened when a name is first used, so ``import symgrad`` is quick.

Examples
--------
>>> import symgrad as sg
>>> sg.activation("sigmoid").lipschitz.bound
1/4
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import theorems
    from .activations import Activation, CannotDerive, activation
    from .claims import Claim, Outcome, Quantity, Verdict, quantity
    from .networks import Network, mlp
    from .reports.answers import Answer, ask
    from .rigor import CannotEnclose, Enclosure, enclose, supremum
    from .simulation import Sample, simulate
    from .verification import assert_holds, strategies, verify

__all__ = [
    "Activation",
    "Answer",
    "CannotDerive",
    "CannotEnclose",
    "Claim",
    "Enclosure",
    "Network",
    "Outcome",
    "Quantity",
    "Sample",
    "Verdict",
    "__version__",
    "activation",
    "ask",
    "assert_holds",
    "enclose",
    "mlp",
    "quantity",
    "simulate",
    "strategies",
    "supremum",
    "theorems",
    "verify",
]

# A name of the front door, and the module whose attribute it is.
_HOMES = {
    "Activation": "symgrad.activations",
    "Answer": "symgrad.reports.answers",
    "CannotDerive": "symgrad.activations",
    "CannotEnclose": "symgrad.rigor",
    "Claim": "symgrad.claims",
    "Enclosure": "symgrad.rigor",
    "Network": "symgrad.networks",
    "Outcome": "symgrad.claims",
    "Quantity": "symgrad.claims",
    "Sample": "symgrad.simulation",
    "Verdict": "symgrad.claims",
    "activation": "symgrad.activations",
    "ask": "symgrad.reports.answers",
    "assert_holds": "symgrad.verification",
    "enclose": "symgrad.rigor",
    "mlp": "symgrad.networks",
    "quantity": "symgrad.claims",
    "simulate": "symgrad.simulation",
    "supremum": "symgrad.rigor",
    "verify": "symgrad.verification",
}
_MODULES = {"strategies": "symgrad.verification.strategies", "theorems": "symgrad.theorems"}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("symgrad")
    if name in _MODULES:
        return importlib.import_module(_MODULES[name])
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'symgrad' has no attribute {name!r}; the front door has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
