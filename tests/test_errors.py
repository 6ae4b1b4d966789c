"""Messages: what was wrong, with which value, what would work; on one line of stderr, with the contract's exit code."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from samples import guess

import symgrad as sg
from symgrad.claims import Always, Claim, Outcome, Relation, Step, Symbolic, Verdict
from symgrad.claims.quantities import jacobian_norm
from symgrad.networks import Network
from symgrad.reports import commands
from symgrad.reports.commands import main
from symgrad.theorems import registries
from symgrad.theorems.registries import Theorem

MLP = ("mlp", "--width", "4", "--depth", "2", "--trials", "5")
LONGEST = 700  # characters of a message: a screenful is no message


def faults(stderr: str, stdout: str = "") -> list[str]:
    """What keeps a refusal from being one clear line on stderr and nothing on stdout."""
    found = ["stdout is not empty"] if stdout else []
    if not re.match(r"symgrad[ \w]*: \S", stderr):
        found.append("no name of the program")
    if not stderr.endswith("\n") or len(stderr.splitlines()) != 1:
        found.append("not one line")
    if "Traceback" in stderr or 'File "' in stderr:
        found.append("a traceback")
    if not stderr.removesuffix("\n").isprintable():
        found.append("control characters")
    return found + (["too long"] if len(stderr) > LONGEST else [])


def refused(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 2) -> str:
    """The message of a request that is refused."""
    given = main(list(arguments))
    printed = capsys.readouterr()
    assert (given, faults(printed.err, printed.out)) == (code, [])
    return printed.err


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that takes long may begin: a request that is wrong is refused before."""

    def begun(*_: object, **__: object) -> None:
        pytest.fail("work has begun")

    for name in ("symgrad.reports.profiles.profile", "symgrad.reports.answers.gather", "symgrad.simulation.simulate"):
        monkeypatch.setattr(name, begun)


# --------------------------------------------------------------------------------------------------------- expressions

EXPRESSIONS = {
    "near name": ("sigmod", "unknown activation 'sigmod'; near names: sigmoid"),
    "no name": ("qqqq", "unknown activation 'qqqq'; known: .*sigmoid"),
    "two symbols": ("x*y", "2 variables, x and y; an activation has one"),
    "constant": ("3", "'3' is a constant, not an activation"),
    "empty": ("  ", "the expression is empty; write one such as"),
    "caret": ("x^2", r"'\^' at column 2 is not a power; write \*\*"),
    "import": ("__import__('os').system('true')", "calls something that is not a function"),
    "open": ("open('x')", "unknown function; known are"),
    "attribute": ("x.__class__", "is an attribute"),
    "lambda": ("lambda x: x", "is a lambda; write arithmetic"),
    "subscript": ("x[0]", "is a subscript"),
    "assignment": ("(x := 3)", "is an assignment"),
    "text": ("f'{x}'", "is a text"),
    "comprehension": ("[x for x in x]", "write arithmetic such as"),
    "syntax": ("x +* 2", r"is not an expression at column 4; write one such as"),
    "tower of powers": ("9**9**9*x", "more than 4096 bits; use a smaller one"),
    "large exponent": ("1e400000000*x", "exponent beyond 1000"),
    "power of a power": ("((x**999)**999)**999", "powers inside powers multiply up to 999; at most 64"),
    "many digits": ("9" * 60 + "*x", "more than 50 digits"),
    "parentheses": ("(" * 10**5 + "x" + ")" * 10**5, "200001 characters; at most 1000"),
    "short parentheses": ("(" * 60 + "x" + ")" * 60, "nested 60 deep; at most 50"),
    "signs": ("+" * 900 + "x", "more than 50 levels"),
    "sums": ("x" + "+x" * 400, "more than 200 parts|more than 50 levels"),
    "megabyte": ("x+" * 500_000 + "x", "1000001 characters; at most 1000"),
    "null": ("x\x00", r"'\\x00' \(a control character\) at column 2"),
    "escape": ("x\x1b[31m", r"'\\x1b' \(a control character\) at column 2"),
    "letters": ("х*2", r"CYRILLIC SMALL LETTER HA\) at column 1 is not ASCII"),
    "not real": ("sqrt(x)", "not real and finite on the whole line"),
    "pole": ("1/x", "not real and finite on the whole line"),
    "zero": ("x/0", "division by zero"),
    "complex": ("x*(-1)**0.5", "not a real number"),
    "dash": ("-x", "an expression that begins with - is given after --"),
}


@pytest.mark.usefixtures("no_work")
@pytest.mark.parametrize("what", EXPRESSIONS)
def test_an_expression_that_is_none_is_refused_at_once(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    text, message = EXPRESSIONS[what]
    assert re.search(message, refused(capsys, "activation", text))


@pytest.mark.usefixtures("no_work")
def test_the_activation_of_a_network_is_read_as_strictly(capsys: pytest.CaptureFixture[str]) -> None:
    assert "near names: sigmoid" in refused(capsys, "ask", *MLP, "--activation", "sigmod")
    assert "--activation=-x" in refused(capsys, "ask", *MLP, "--activation", "-x")


def test_an_expression_that_begins_with_a_dash_is_read_after_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["activation", "--json", "--", "-x"]) == 0
    assert '"derivative": "-1"' in capsys.readouterr().out


# ------------------------------------------------------------------------------------------------------------- options

REQUESTS = {
    "option of another kind": (("ask", "mlp", "--depth", "3", "--form", "two_layers"), "--form is no option of mlp"),
    "widths of a resnet": (("ask", "resnet", "--widths", "3", "4"), "--widths is no option of resnet; leave it out"),
    "depth of a resnet": (("ask", "resnet"), "--depth is missing; give a number of layers such as 30$"),
    "form": (
        ("ask", "resnet", "--depth", "3", "--form", "dense"),
        "form = 'dense' is unknown; the forms of a branch are",
    ),
    "dropout": (("ask", *MLP, "--dropout", "1"), "dropout = 1 is out of range; it must be at least 0 and below 1"),
    "branch scale": (("ask", "resnet", "--depth", "3", "--branch-scale", "oo"), "branch"),
    "width 0": (("ask", *MLP, "--width", "0"), "the width of layer 0 is 0; a width is a positive integer"),
    "half a unit": (("ask", *MLP, "--width", "8.5"), "width of layer 0 is 17/2"),
    "no number": (("ask", *MLP, "--width", "nan"), "--width = 'nan' is not a number; give one such as"),
    "negative depth": (("ask", *MLP, "--depth", "-3"), "depth is -3; it must be an integer, not negative"),
    "negative variance": (("ask", *MLP, "--weight-var", "-1"), "weight_var = -1 is out of range; it must be"),
    "negative bias variance": (("ask", *MLP, "--bias-var", "-0.1"), "bias_var = -1/10 is out of range"),
    "no trials": (("ask", *MLP, "--trials", "0"), "trials = 0 is not positive; give at least 1"),
    "trials": (("ask", *MLP, "--trials", "many"), "'many' is not a whole number; give one such as 200"),
    "subject": (("ask", "cnn", "--width", "4", "--depth", "2"), "invalid choice: 'cnn'.*mlp"),
    "no depth": (("ask", "mlp", "--width", "2"), "--depth is missing; give a number of layers such as 30"),
    "widths": (("ask", "mlp", "--widths", "4", "0", "2"), "the width of layer 1 is 0; a width is a positive integer"),
    "width and widths": (("ask", *MLP, "--widths", "4", "5", "4"), "width = 4, but the layers have widths 4, 5, 4"),
    "depth and widths": (("ask", *MLP, "--widths", "4", "4"), "depth = 2, but there are 1 layers"),
    "no widths": (("ask", "mlp", "--widths", "a", "4"), "--widths = 'a' is not a number; give one such as"),
    "law of given weights": (
        ("ask", "mlp", "--weights", "1", "--weight-var", "2"),
        "weight_var = 2 beside given weights, which are not drawn; leave one of them out",
    ),
    "law of given biases": (
        ("ask", "mlp", "--weights", "1", "--bias-var", "0"),
        "bias_var = 0 beside given weights, whose biases are not drawn; give biases instead",
    ),
    "unknown law": (("ask", *MLP, "--law", "cauchy"), "law = 'cauchy' is unknown; the laws of weights are gaussian"),
    "no file": (("ask", "mlp", "--weights", "none.npy"), "--weights none.npy cannot be read: No such file"),
    "no arrays": (
        ("ask", "mlp", "--weights", "a.txt", "b.txt"),
        "--weights a.txt is not a .npy file; give one for each",
    ),
    "biases alone": (("ask", "mlp", "--biases", "none.npy"), "--biases none.npy cannot be read"),
    "input": (("ask", *MLP, "--input-mean-square", "-1"), "input_mean_square = -1 is out of range"),
    "divided by zero": (("ask", *MLP, "--weight-var", "1/0"), "divides by zero"),
    "command": (("frobnicate",), "invalid choice: 'frobnicate'.*activation"),
    "option": (("theorems", "--frob"), "unrecognized arguments: --frob"),
    "theorem": (("theorems", "jacobian_norm_le_prod"), "try jacobian_norm_le_prod_lipschitz"),
    "quantity": (("simulate", *MLP, "--json", "--quantity", "jacobian_nrm"), "unknown quantity.*try jacobian_norm"),
    "dtype": (("simulate", *MLP, "--json", "--dtype", "float16"), "float16.*float32"),
    "nowhere": (("simulate", *MLP), "--json prints a summary, -o FILE.npz keeps all"),
    "digits": (("activation", "gelu", "--digits", "0"), "--digits = 0 is out of range; give 1 to 1000"),
    "parameter": (("activation", "gelu", "--param", "alpha=1"), "gelu has no parameter 'alpha'"),
    "covariance": (
        ("activation", "relu", "--covariance", "2"),
        "the covariance 2 is larger than variances 1 and 1 allow",
    ),
    "parameter word": (("activation", "elu", "--param", "alpha=big"), "gives no number; give one, or one of positive"),
    "symbol to plot": (
        ("activation", "elu", "--param", "alpha=positive", "--plot", "elu.svg"),
        "--plot needs numbers, and alpha is a symbol",
    ),
    "parameter form": (("activation", "leaky_relu", "--param", "alpha"), "is not of the form name=number"),
}


@pytest.mark.parametrize("what", REQUESTS)
def test_a_request_that_is_wrong_is_told_with_what_would_work(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments, message = REQUESTS[what]
    assert re.search(message, refused(capsys, *arguments))


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--on", ("3", "1"), "the domain (3, 1) is empty; give the lower end first"),
        ("--variance", ("-1",), "the variance is -1; it must not be negative"),
        ("--eps", ("0",), "eps = 0 is not positive; give one such as 1e-3"),
    ],
)
def test_an_option_out_of_range_is_refused(
    option: str, value: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in refused(capsys, "activation", "relu", option, *value)


def test_control_characters_reach_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("theorems", "a\x1b[31m\nb"), ("ask", *MLP, "--width", "\x07"), ("\x1b]0;x\x07",)):
        refused(capsys, *arguments)


def test_files_of_weights_that_hold_no_weights_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pickle, text, flat = (tmp_path / name for name in ("pickle.npy", "text.npy", "flat.npy"))
    np.save(pickle, np.array([{}], dtype=object), allow_pickle=True)
    text.write_text("1 2 3")
    np.save(flat, np.ones(3))
    for path in (pickle, text):
        assert "holds no array of numbers; write it with numpy.save" in refused(
            capsys, "ask", "mlp", "--weights", str(path)
        )
    assert re.search(r"layer 1: .*shape \(3,\)", refused(capsys, "ask", "mlp", "--weights", str(flat)))


def test_a_depth_of_zero_is_no_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "mlp", "--width", "4", "--depth", "0", "--trials", "5"]) == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("jacobian_norm_le_prod"))
    assert row.split()[1] == "1"


# --------------------------------------------------------------------------------------------------------------- files


@pytest.mark.usefixtures("no_work")
@pytest.mark.parametrize("command", [("ask", *MLP), ("activation", "gelu")])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere/report.html", "does not exist; create it first"),
        ("report.docx", r"'\.docx' names no format; use \.html, \.tex"),
        ("folder.html", "is a folder; name a file"),
    ],
)
def test_a_file_that_cannot_be_is_refused_before_the_work(
    command: tuple[str, ...], name: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder.html").mkdir()
    assert re.search(message, refused(capsys, *command, "-o", str(tmp_path / name)))
    assert [each.name for each in tmp_path.iterdir()] == ["folder.html"]


@pytest.mark.parametrize("command", [("ask", *MLP), ("activation", "relu")])
def test_a_disk_that_is_full_leaves_nothing_half_written(
    command: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    (tmp_path / "report.txt").write_text("old")
    assert "No space left" in refused(capsys, *command, "-o", str(tmp_path / "report.txt"))
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("report.txt", "old")]


# -------------------------------------------------------------------------------------------------------------- Python


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([np.array([[1.0, np.nan]])], "the weights contain nan at (0, 1); every entry must be a finite double"),
        ([np.eye(2), np.array([[np.inf, 0.0]])], "layer 2: the weights contain inf at (0, 0)"),
        ([np.ones((2, 2)), np.ones((1, 3))], "layer 2 takes 3 inputs, but layer 1 has 2 outputs"),
        ([np.ones(3)], "layer 1: the weights have shape (3,); give a non-empty 2-dimensional array"),
        ([np.ones((0, 2))], "layer 1: the weights have shape (0, 2); give a non-empty 2-dimensional array"),
        ([], "holds no matrix; give one for each layer"),
        ("weights", "holds no matrix"),
    ],
)
def test_weights_that_do_not_fit_name_their_layer(weights: object, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        sg.mlp(weights=weights)


def test_biases_that_do_not_fit_name_their_layer() -> None:
    with pytest.raises(ValueError, match=r"layer 1: .*3"):
        sg.mlp(weights=[np.eye(2)], biases=[np.zeros(3)])
    with pytest.raises(ValueError, match="1 weight matrices but 2 biases; give one bias vector for each layer"):
        sg.mlp(weights=[np.eye(2)], biases=[np.zeros(2), np.zeros(2)])


def test_an_expression_of_two_symbols_is_refused() -> None:
    x, y = sp.symbols("x y", real=True)
    with pytest.raises(ValueError, match=r"x\*y has x and y; an activation is an expression in one symbol"):
        sg.activation(x * y)


# ---------------------------------------------------------------------------------------------- findings and interrupts

NAME = "jacobian_norm_le_planted"


def planted(prove: Callable[[Network], Claim]) -> Theorem:
    return Theorem(NAME, prove, (), lambda claim: claim, lambda: sg.mlp(width=4, depth=2))


def too_small(_: Network) -> Claim:
    return replace(guess(jacobian_norm(0), Relation.LE, sp.Rational(1, 10**9), Always()), name=NAME)


def proved_wrongly(network: Network) -> Claim:
    claim = too_small(network)
    return replace(claim, derivation=(Step(claim.bound, Relation.EQ, claim.bound, "identity", Symbolic()),))


def test_a_refuted_conjecture_is_a_finding(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registries._REGISTRY, NAME, planted(too_small))
    assert main(["ask", *MLP]) == 1
    printed = capsys.readouterr()
    assert printed.err == ""
    assert re.search(rf"{NAME} .* refuted", printed.out)


def test_a_refuted_proof_is_loud(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registries._REGISTRY, NAME, planted(proved_wrongly))
    assert "a symbolic proof was refuted by a sample" in refused(capsys, "ask", *MLP, code=1)


def test_a_question_is_undecided_only_if_nothing_was_decided() -> None:
    answer = sg.ask(sg.mlp(width=4, depth=2), trials=5)
    one = replace(answer.findings[1], verdict=Verdict("a_le_b", Outcome.INCONCLUSIVE, "planted"))
    assert answer.undecided is False
    assert replace(answer, findings=(answer.findings[0], one)).undecided is False
    assert replace(answer, findings=(one,)).undecided is True
    refused = [finding for finding in answer.findings if not finding.application.applies]
    assert replace(answer, findings=(one, *refused)).undecided is True
    assert replace(answer, findings=()).undecided is False


@pytest.mark.parametrize(
    ("outcomes", "code"), [("CP", 0), ("IC", 0), ("I", 3), ("II", 3), ("IR", 1), ("RP", 1), ("R", 1)]
)
def test_the_exit_code_says_what_came_of_the_question(
    outcomes: str, code: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {"C": Outcome.CONSISTENT, "P": Outcome.PROVED, "I": Outcome.INCONCLUSIVE, "R": Outcome.REFUTED}
    answer = sg.ask(sg.mlp(width=4, depth=2), trials=5)
    letters = chain(outcomes, repeat(outcomes[-1]))
    findings = tuple(
        replace(each, verdict=Verdict("a_le_b", words[next(letters)], "planted")) if each.application.applies else each
        for each in answer.findings
    )
    monkeypatch.setattr("symgrad.reports.answers.ask", lambda *_, **__: replace(answer, findings=findings))
    assert main(["ask", *MLP]) == code
    assert capsys.readouterr().err == ""


RAISED = {
    "interrupt": (KeyboardInterrupt(), 130, "interrupted; nothing was written"),
    "undecided": (sg.CannotEnclose("no precision suffices"), 3, "undecided: no precision suffices"),
    "underived": (sg.CannotDerive("neither proved nor refuted"), 3, "undecided: neither proved"),
    "memory": (MemoryError(), 2, "too large .MemoryError.; ask for something smaller"),
    "recursion": (RecursionError(), 2, "too large .RecursionError."),
    "nameless": (OSError(), 2, "OSError"),
    "defect": (AttributeError("planted"), 3, "a defect of symgrad, not of the request: AttributeError: planted"),
}


@pytest.mark.parametrize("what", RAISED)
def test_what_is_raised_on_the_way_has_its_exit_code(
    what: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    error, code, message = RAISED[what]

    def ask(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("symgrad.reports.answers.ask", ask)
    assert re.search(message, refused(capsys, "ask", *MLP, code=code))


def test_an_assertion_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(*_: object, **__: object) -> None:
        raise AssertionError("planted")

    monkeypatch.setattr("symgrad.reports.answers.ask", ask)
    with pytest.raises(AssertionError, match="planted"):
        main(["ask", *MLP])


# ----------------------------------------------------------------------------------------------------------- processes

SYMGRAD = (sys.executable, "-m", "symgrad")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("activation", "sigmod"), "near names: sigmoid"),
        (("activation", "9**9**9*x"), "more than 4096 bits"),
        (("ask", *MLP, "-o", "nowhere/report.html"), "does not exist"),
    ],
)
def test_a_process_says_one_line_and_exits_with_two(arguments: tuple[str, ...], message: str) -> None:
    done = subprocess.run([*SYMGRAD, *arguments], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, faults(done.stderr, done.stdout)) == (2, [])
    assert message in done.stderr


def test_a_reader_that_leaves_is_no_error() -> None:
    with subprocess.Popen([*SYMGRAD, "theorems"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.wait(timeout=30), process.stderr.read()) == (0, "")


@pytest.mark.parametrize(
    ("stderr", "stdout", "fault"),
    [
        ("symgrad: wrong\n", "half of it", "stdout is not empty"),
        ("symgrad: wrong\nusage: symgrad\n", "", "not one line"),
        ('Traceback (most recent call last): File "x"\n', "", "a traceback"),
        ("symgrad: \x1b[31mwrong\n", "", "control characters"),
        (f"symgrad: {'x' * LONGEST}\n", "", "too long"),
        ("wrong\n", "", "no name of the program"),
    ],
)
def test_a_message_that_breaks_the_contract_is_noticed(stderr: str, stdout: str, fault: str) -> None:
    assert faults("symgrad: the width is 0; give 1\n") == []
    assert fault in faults(stderr, stdout)


def test_progress_tells_how_long_it_will_take(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a clock that says so: 30 s for a tenth are 270 s for the rest; nothing is known before the first trial."""
    times = iter([0.0, 30.0, 300.0])
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("time.monotonic", lambda: next(times))
    show = commands._progress()
    assert show is not None
    for done in (0, 100, 1000):
        show(done, 1000)
    lines = [line.strip() for line in capsys.readouterr().err.split("\r")[1:]]
    assert lines == ["simulating: 0 of 1000", "simulating: 100 of 1000, about 4 min left", "simulating: 1000 of 1000"]
