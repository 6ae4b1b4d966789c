"""Ask a question about gradients in a network; get a claim, its derivation, a verdict and a page.

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
    from .activations import Activation, CannotDerive, activation, explain_gain, vector_activation
    from .claims import Claim, Outcome, Quantity, Verdict, quantity
    from .networks import Network, Recurrence, gru, lstm, mlp, recurrence, resnet, rnn
    from .reports.answers import Answer, ask
    from .reports.refutations import Misconception, misconceptions
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
    "Misconception",
    "Network",
    "Outcome",
    "Quantity",
    "Recurrence",
    "Sample",
    "Verdict",
    "__version__",
    "activation",
    "ask",
    "assert_holds",
    "enclose",
    "explain_gain",
    "gru",
    "lstm",
    "misconceptions",
    "mlp",
    "quantity",
    "recurrence",
    "resnet",
    "rnn",
    "simulate",
    "strategies",
    "supremum",
    "theorems",
    "vector_activation",
    "verify",
]

# Which room a name of the front door lives in; tests keep this in step with `__all__` and with the imports above.
_ROOMS = {
    "activations": ("Activation", "CannotDerive", "activation", "explain_gain", "vector_activation"),
    "claims": ("Claim", "Outcome", "Quantity", "Verdict", "quantity"),
    "networks": ("Network", "Recurrence", "gru", "lstm", "mlp", "recurrence", "resnet", "rnn"),
    "reports.answers": ("Answer", "ask"),
    "reports.refutations": ("Misconception", "misconceptions"),
    "rigor": ("CannotEnclose", "Enclosure", "enclose", "supremum"),
    "simulation": ("Sample", "simulate"),
    "verification": ("assert_holds", "verify"),
}
_HOMES = {name: room for room, names in _ROOMS.items() for name in names}
_MODULES = {"strategies": "verification.strategies", "theorems": "theorems"}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("symgrad")
    if name in _MODULES:
        return importlib.import_module(f"symgrad.{_MODULES[name]}")
    if name in _HOMES:
        return getattr(importlib.import_module(f"symgrad.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'symgrad' has no attribute {name!r}; the front door has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
