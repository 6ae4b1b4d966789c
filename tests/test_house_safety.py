"""The house is safe and says what it takes: no text is run as code, nothing is fetched, parameters are documented."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from test_house import ROOT, is_documentable, public_objects

# ------------------------------------------------------------------------------------------------- no text run as code

# Calls that run text as code, or may: SymPy's readers and compilers go through eval.
DANGEROUS = {"eval", "exec", "compile", "sympify", "parse_expr", "lambdify", "nsimplify", "system", "popen", "Popen"}
# Packages through which text becomes code, or the network is reached.
FORBIDDEN = {"pickle", "dill", "joblib", "marshal", "shelve", "socket", "ssl", "urllib", "http", "ftplib", "requests"}

# What is allowed, where, and why. An entry that is no longer needed fails, too.
_OWN_WORDS = "the source is made of words of a table, floats and counted names, never of text that a user gave"
_VOCABULARY = "of an expression in the vocabulary of activations, which a user's text is read into"
ALLOWED: dict[tuple[str, str], str] = {
    ("simulation/compiled/kernels.py", "compile"): _OWN_WORDS,
    ("simulation/compiled/kernels.py", "exec"): _OWN_WORDS,
    ("activations/numerics.py", "lambdify"): _VOCABULARY,
    ("simulation/compiled/extensions.py", "lambdify"): _VOCABULARY,
    ("theorems/recurrences/points.py", "lambdify"): "of lines of a cell, whose letters are replaced by counted names",
}


def called_name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def is_strict(call: ast.Call) -> bool:
    """Whether a call of ``sympify`` refuses text: ``strict=True``."""
    return any(k.arg == "strict" and getattr(k.value, "value", None) is True for k in call.keywords)


def is_builtin_or_known(call: ast.Call) -> bool:
    """``re.compile`` compiles no code, and a method called ``compile`` of ours is judged where it is defined."""
    return not (called_name(call) == "compile" and isinstance(call.func, ast.Attribute))


def dangers_of(text: str) -> Iterator[str]:
    """Yield the dangerous calls and imports of a file."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = called_name(node)
            if name in DANGEROUS and is_builtin_or_known(node) and not (name == "sympify" and is_strict(node)):
                yield name
            for keyword in node.keywords:
                if keyword.arg in {"shell", "allow_pickle"} and getattr(keyword.value, "value", None) is not False:
                    yield f"{keyword.arg}="
        elif isinstance(node, ast.Import):
            yield from FORBIDDEN & {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from FORBIDDEN & {(node.module or "").partition(".")[0]}


def dangers_in(package: Path) -> set[tuple[str, str]]:
    return {
        (str(path.relative_to(package)), danger)
        for path in package.rglob("*.py")
        for danger in dangers_of(path.read_text())
    }


def test_no_text_is_run_as_code_and_nothing_is_fetched() -> None:
    assert dangers_in(ROOT / "symgrad") == set(ALLOWED)


def test_dangers_are_noticed() -> None:
    planted = {
        "eval('1')": ["eval"],
        "import sympy as sp\nsp.sympify(x)": ["sympify"],
        "sp.sympify(x, strict=False)": ["sympify"],
        "sp.sympify(x, strict=True)": [],
        "re.compile('x')": [],
        "compile('x', 'f', 'exec')": ["compile"],
        "subprocess.run('ls', shell=True)": ["shell="],
        "np.load('x', allow_pickle=True)": ["allow_pickle="],
        "np.load('x', allow_pickle=False)": [],
        "from urllib.request import urlopen": ["urllib"],
        "import pickle": ["pickle"],
        "from .http import x": [],
    }
    assert {text: list(dangers_of(text)) for text in planted} == planted


# --------------------------------------------------------------------------------------------- parameters documented


def documented_parameters(doc: str) -> list[str]:
    """The names in the Parameters section of a numpydoc docstring."""
    section = re.search(r"^Parameters\n-+\n(.*?)(?:\n\n\w[\w ]*\n-+\n|\Z)", doc, re.DOTALL | re.MULTILINE)
    heads = re.findall(r"^(\S.*?)(?: : .*)?$", section[1], re.MULTILINE) if section else []
    return [name.strip("*") for head in heads for name in head.split(", ")]


def parameter_faults(name: str, thing: object) -> list[str]:
    """Where the documented parameters differ from the signature; a docstring without the section says none."""
    documented = documented_parameters(inspect.getdoc(thing) or "")
    if not documented:
        return []
    actual = [p for p in inspect.signature(thing).parameters if p not in {"self", "cls"}]  # type: ignore[arg-type]
    return [] if documented == actual else [f"{name} documents {documented}, and takes {actual}"]


def test_documented_parameters_are_those_of_the_signature() -> None:
    things = [(name, thing) for name, thing in public_objects() if is_documentable(thing)]
    assert [fault for name, thing in things for fault in parameter_faults(name, thing)] == []


def test_a_wrong_parameter_is_noticed() -> None:
    def scale(array: object, *factors: int) -> None:
        """Scale.

        Parameters
        ----------
        array : object
            What.
        factor : int
            By what; the name is wrong.

        Returns
        -------
        None
        """

    assert parameter_faults("scale", scale) == ["scale documents ['array', 'factor'], and takes ['array', 'factors']"]
