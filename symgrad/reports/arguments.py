"""Arguments: what can be asked on the command line. Parsing only, and nothing heavy, so that help comes at once."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any, NoReturn

__all__ = ["build_parser", "one_line", "parse"]

_SUBJECTS = ("mlp", "resnet", "rnn", "lstm", "gru", "mgu", "janet", "minimalrnn", "input_gated")
_NEGATIVE = re.compile(r"-(\.?\d[\d./eE+-]*|inf|oo)")
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_LONGEST = 600
_HINTS = {
    "NAME|EXPR": "; an expression that begins with - is given after --",
    "--activation: expected one argument": "; an expression that begins with - is joined by =: --activation=-x",
}


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one clear line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, allow_abbrev=False)  # an abbreviation in a script would break with the next option
        self._negative_number_matcher = _NEGATIVE  # else -1e-3, -1/3 and -inf would be taken for options

    def error(self, message: str) -> NoReturn:
        """Print the message, without the usage, and exit with 2."""
        hint = next((hint for part, hint in _HINTS.items() if part in message), "")
        print(f"{self.prog}: {one_line(message + hint)}", file=sys.stderr)
        raise SystemExit(2)


def one_line(text: str) -> str:
    r"""Make a message one short line that does nothing to a terminal.

    Parameters
    ----------
    text : str
        May hold anything that a user typed.

    Returns
    -------
    str
        Printable; cut in the middle where it is long.

    Examples
    --------
    >>> print(one_line("a\x1b[31m\n b"))
    a\x1b[31m b
    """
    plain = " ".join("".join(c if c.isprintable() or c.isspace() else repr(c)[1:-1] for c in text).split())
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST // 2]} … {plain[-_LONGEST // 2 :]}"


def _whole(text: str) -> int:
    """Read a whole number."""
    if not _WHOLE.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{one_line(text)[:40]!r} is not a whole number; give one such as 200")
    return int(text)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line.

    Returns
    -------
    argparse.ArgumentParser
        With one subparser for each command.

    Examples
    --------
    >>> build_parser().parse_args(["ask", "mlp", "--width", "8", "--depth", "3"]).width
    '8'
    """
    parser = _Parser(
        prog="symgrad",
        description="Exact, enclosed, measured or cited: what is known about vanishing and exploding gradients.",
        epilog="Exit codes: 0 fine; 1 a claim or certificate was refuted; 2 the request was wrong; "
        "3 nothing could be decided; 130 interrupted.",
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    _add_activation(commands)
    _add_ask(commands)
    _add_theorems(commands)
    _add_simulate(commands)
    _add_check(commands)
    return parser


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse a command line; a wrong one prints a line and exits with 2."""
    return build_parser().parse_args(arguments)


def _add_activation(commands: argparse._SubParsersAction) -> None:  # type: ignore[type-arg]
    command = commands.add_parser("activation", help="the certified profile of an activation")
    command.add_argument("spec", metavar="NAME|EXPR", help="a name such as gelu, or an expression such as 'x*erf(x)'")
    command.add_argument(
        "--param", action="append", default=[], metavar="K=V", help="alpha=0.2; or alpha=positive, a symbol"
    )
    command.add_argument("--on", nargs=2, metavar=("LO", "HI"), help="slopes on an interval only")
    command.add_argument("--variance", nargs="+", default=["1"], metavar="Q", help="variances of Gaussian moments")
    command.add_argument("--covariance", nargs="+", default=[], metavar="C", help="covariances of dual activations")
    command.add_argument("--eps", metavar="E", help="threshold of the saturation set")
    command.add_argument("--digits", type=_whole, default=20, metavar="N", help="digits of enclosures (default 20)")
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.add_argument("-o", "--output", type=Path, metavar="FILE", help="write .html .tex .md .txt .pdf or .json")
    command.add_argument("--plot", type=Path, metavar="FILE", help="write a figure: .svg, .pdf or .png")
    command.add_argument(
        "--certificates", type=Path, metavar="FILE", help="write what `symgrad check` proves again: .json"
    )


def _add_network(command: argparse.ArgumentParser) -> None:
    command.add_argument("subject", choices=_SUBJECTS, help="the kind of network")
    command.add_argument("--activation", metavar="A", help="name or expression (default tanh)")
    command.add_argument("--width", metavar="N", help="units in every layer (default 256)")
    command.add_argument("--depth", metavar="L", help="number of layers")
    command.add_argument(
        "--widths", nargs="+", metavar="N", help="unequal widths, the input's first, for both of these"
    )
    command.add_argument("--weight-var", metavar="V", help="variance of a weight times the fan-in (default 1)")
    command.add_argument(
        "--law",
        metavar="LAW",
        help="of the weights: gaussian (default), uniform, truncated_normal, orthogonal; of recurrent ones, identity",
    )
    command.add_argument("--bias-var", metavar="V", help="variance of a bias (default 0)")
    command.add_argument(
        "--weights",
        nargs="+",
        metavar="W",
        help="given: a .npy file a layer, one number of a chain, or a .npz file as PyTorch names arrays",
    )
    command.add_argument("--biases", nargs="+", metavar="FILE", help="given, with weights: a .npy file for each layer")
    command.add_argument("--dropout", metavar="P", help="probability that a unit is dropped (default 0)")
    command.add_argument(
        "--form", metavar="F", help="of a branch of a resnet: post_activation (default), pre_activation or two_layers"
    )
    command.add_argument("--branch-scale", metavar="A", help="factor of each branch of a resnet (default 1)")
    command.add_argument("--input-mean-square", metavar="Q", help="mean square of the input's entries (default 1)")
    _add_recurrence(command.add_argument_group("recurrent networks"))
    command.add_argument("--trials", type=_whole, default=200, metavar="N", help="draws of the network (default 200)")
    command.add_argument("--seed", type=_whole, default=0, metavar="S", help="of the draws (default 0)")
    command.add_argument("--json", action="store_true", help="print one JSON object")


def _add_recurrence(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--steps", metavar="T", help="number of steps")
    group.add_argument("--gain", metavar="G", help="root of the weight variance, in place of it")
    group.add_argument("--leak", metavar="A", help="how much of the state an rnn replaces in a step (default 1)")
    group.add_argument("--forget-bias", metavar="B", help="bias of the forget gate of an lstm (default as others)")
    group.add_argument("--layers", metavar="K", help="how many are stacked (default 1)")
    group.add_argument("--input-width", metavar="M", help="inputs in a step (default: the width)")
    group.add_argument(
        "--input-weight-var", metavar="V", help="variance of an input weight times their number (default 1)"
    )
    group.add_argument("--inputs", metavar="FILE", help="given, of all steps: a .npy file with a row for each")
    group.add_argument(
        "--state-mean-square", metavar="Q", help="mean square of the initial state's entries (default 0)"
    )
    group.add_argument(
        "--fresh", dest="tied", action="store_false", default=None, help="draw the weights of every step afresh"
    )


def _add_ask(commands: argparse._SubParsersAction) -> None:  # type: ignore[type-arg]
    command = commands.add_parser("ask", help="every claim about a network, replayed and tried")
    _add_network(command)
    command.add_argument("-o", "--output", type=Path, metavar="FILE", help="write .html .tex .md .txt .pdf or .json")


def _add_theorems(commands: argparse._SubParsersAction) -> None:  # type: ignore[type-arg]
    command = commands.add_parser("theorems", help="list all results, or show one in full")
    command.add_argument("name", nargs="?", metavar="NAME", help="the id of a theorem")


def _add_simulate(commands: argparse._SubParsersAction) -> None:  # type: ignore[type-arg]
    command = commands.add_parser("simulate", help="draw networks and measure")
    _add_network(command)
    command.add_argument("--quantity", default="gradient_norm", metavar="Q", help="what to measure")
    command.add_argument("--dtype", default="float64", metavar="T", help="float32 or float64")
    command.add_argument("-o", "--output", type=Path, metavar="FILE.npz", help="write all draws")


def _add_check(commands: argparse._SubParsersAction) -> None:  # type: ignore[type-arg]
    command = commands.add_parser("check", help="prove certificates again, by code of its own")
    command.add_argument("file", type=Path, metavar="FILE", help="written by activation --certificates, or by save()")
    command.add_argument("--json", action="store_true", help="print one JSON object")
