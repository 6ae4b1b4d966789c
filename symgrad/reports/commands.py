"""Commands: what the command line does with a request. Results on stdout, all else on stderr."""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from collections.abc import Callable

from .arguments import build_parser, one_line, parse

__all__ = ["main"]

FINE, REFUTED, WRONG, UNDECIDED, INTERRUPTED = 0, 1, 2, 3, 130
_MINUTE = 60
_COLUMNS = 60  # of the line that tells progress, so that a shorter one covers a longer one


def main(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : list of str, optional
        Default: those of the process.

    Returns
    -------
    int
        0 fine; 1 a claim was refuted; 2 the request was wrong; 3 undecided: nothing of what was asked could be
        decided; 130 interrupted. One inconclusive claim among others is told in its row and leaves the answer fine.

    Examples
    --------
    >>> main(["--version"]) == 0
    symgrad ...
    True
    """
    try:
        code = _run(parse(arguments))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _say("interrupted; nothing was written", INTERRUPTED)
    except BrokenPipeError:  # the reader has left; what it has read is complete
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except (Exception, SystemExit) as error:  # noqa: BLE001 - told in a line, whatever it is
        return _told(error)
    return code


def _told(error: Exception | SystemExit) -> int:
    """Say in a line what went wrong, and return the exit code."""
    match error:
        case SystemExit():  # help was asked for, or the parser has said what is wrong
            return int(error.code or FINE)
        case ArithmeticError() | NotImplementedError():
            return _say(f"undecided: {error}", UNDECIDED)
        case AssertionError():
            return _say(_contradiction(error), REFUTED)
        case KeyError():
            return _say(str(error.args[0]) if error.args else "an unknown name", WRONG)
        case MemoryError() | RecursionError():
            return _say(f"this is too large ({type(error).__name__}); ask for something smaller", WRONG)
        case ValueError() | TypeError() | OSError():
            return _say(str(error) or type(error).__name__, WRONG)
    return _defect(error)


def _contradiction(error: AssertionError) -> str:
    from ..claims import Contradiction

    if not isinstance(error, Contradiction):
        raise error
    return str(error)


def _defect(error: Exception | SystemExit) -> int:
    """A mistake of ours: developers see where, others a line."""
    if sys.flags.dev_mode:
        raise error
    return _say(f"a defect of symgrad, not of the request: {type(error).__name__}: {error}", UNDECIDED)


def _say(text: str, code: int) -> int:
    print(f"symgrad: {one_line(text)}", file=sys.stderr)
    return code


def _run(request: argparse.Namespace) -> int:
    if request.version:
        from importlib.metadata import version

        print(f"symgrad {version('symgrad')}")
        return FINE
    if request.command is None:
        build_parser().print_help()
        return FINE
    handlers: dict[str, Callable[[argparse.Namespace], int]] = {
        "activation": _activation,
        "ask": _ask,
        "theorems": _theorems,
        "simulate": _simulate,
        "check": _check,
    }
    return handlers[request.command](request)


def _activation(request: argparse.Namespace) -> int:
    from .profiles import answer_activation

    print(answer_activation(request))
    return FINE


def _check(request: argparse.Namespace) -> int:
    from ..verification import Checked
    from .certificates import answer_check

    text, outcome = answer_check(request)
    print(text)
    return {Checked.CHECKED: FINE, Checked.REFUTED: REFUTED, Checked.NOT_CHECKED: UNDECIDED}[outcome]


def _theorems(request: argparse.Namespace) -> int:
    from ..theorems import find, registered
    from .tellings import catalogue, theorem_in_full
    from .terminals import write_terminal

    told = theorem_in_full(find(request.name)) if request.name else catalogue(registered())
    print(write_terminal(told), end="")
    return FINE


def _ask(request: argparse.Namespace) -> int:
    from .answers import ask
    from .files import check_writable
    from .jsons import dumps
    from .requests import requested_subject

    if request.output is not None:
        check_writable(request.output)
    answer = ask(requested_subject(request), trials=request.trials, rng=request.seed, progress=_progress())
    if request.output is not None:
        answer.save(request.output)
    print(dumps(answer.to_json()) if request.json else str(answer), end="" if not request.json else "\n")
    return REFUTED if answer.refuted else UNDECIDED if answer.undecided else FINE


def _simulate(request: argparse.Namespace) -> int:
    from ..simulation import simulate
    from .files import check_writable
    from .jsons import dumps, sample_object
    from .requests import requested_subject

    if not request.json and request.output is None:
        raise ValueError("say where the draws go: --json prints a summary, -o FILE.npz keeps all of them")
    if request.output is not None:
        check_writable(request.output, (".npz",))
    options = {"trials": request.trials, "rng": request.seed, "dtype": request.dtype, "progress": _progress()}
    sample = simulate(requested_subject(request), request.quantity, **options)
    if request.output is not None:
        sample.save(request.output)
    if request.json:
        print(dumps(sample_object(sample)))
    return FINE


def _duration(seconds: float) -> str:
    """Write a duration as one would say it: in seconds up to two minutes, then in minutes, then in hours.

    Examples
    --------
    >>> [_duration(seconds) for seconds in (0.2, 100, 600, 10_000)]
    ['1 s', '100 s', '10 min', '2.8 h']
    """
    if seconds < 2 * _MINUTE:
        return f"{math.ceil(seconds)} s"
    hours = seconds / _MINUTE**2
    return f"{hours:.1f} h" if hours >= 2 else f"{seconds / _MINUTE:.0f} min"


def _progress() -> Callable[[int, int], None] | None:
    """Show progress where a person is watching."""
    if not sys.stderr.isatty():
        return None

    begun = time.monotonic()

    def show(done: int, total: int) -> None:
        left = (time.monotonic() - begun) * (total / done - 1) if done else math.inf
        told = f", about {_duration(left)} left" if 0 < left < math.inf else ""
        end = "\n" if done == total else ""
        print(f"\rsimulating: {done} of {total}{told}".ljust(_COLUMNS), end=end, file=sys.stderr, flush=True)

    return show
