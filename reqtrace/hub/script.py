"""Reads a script such as ``manage.py`` without running it: which settings it names, and whether it serves.

The statements are followed in the order in which ``manage.py runserver`` would reach them. A condition is decided
where it depends on nothing but ``sys.argv`` and constants; otherwise both branches count.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

__all__ = ["ScriptFacts", "read_script", "read_text"]

VARIABLE = "DJANGO_SETTINGS_MODULE"
COMMAND_LINE_CALLS = frozenset(("execute_from_command_line", "ManagementUtility"))
DOTENV_CALLS = frozenset(("load_dotenv", "read_dotenv", "read_env"))
NAMED_AS_TEXT = re.compile(VARIABLE + r"""["'\s,)\]=(]+["']([A-Za-z_][\w.]*)["']""")
DECIDABLE = (
    *(ast.Expression, ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Load, ast.Store),
    *(ast.BoolOp, ast.boolop, ast.UnaryOp, ast.unaryop, ast.Compare, ast.cmpop),
    *(ast.Subscript, ast.Slice, ast.GeneratorExp, ast.ListComp, ast.comprehension),
)
"""Nodes of conditions that only look: no arithmetic (it could take forever), no attribute, no call."""
DECIDABLE_FUNCTIONS: dict[str, Any] = {"len": len, "any": any, "all": all, "set": set, "bool": bool}
ARGUMENTS = ["manage.py", "runserver", "127.0.0.1:8000"]
MAX_SIZE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSettings:
    """One place where a script says which settings to use."""

    module: str | None
    """``None`` if the name is computed."""
    is_forced: bool
    """It is assigned, so a value in the environment does not count."""
    is_certain: bool
    """It is reached whatever the conditions that could not be decided are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptFacts:
    """What a script says about itself."""

    path: Path
    runs_commands: bool
    """It calls Django's command line."""
    passes_arguments: bool
    """It hands its own arguments on to Django's command line, so it can be told to ``runserver``."""
    configures: bool
    """It calls ``settings.configure()``."""
    mentions_django: bool
    is_template: bool
    """It is the source of a project template, not a program."""
    named_settings: tuple[NamedSettings, ...]
    loads_dotenv: bool
    refuses_runserver: bool
    imports: frozenset[str]
    """Top-level names of what it imports."""


@dataclass(slots=True)
class Reading:
    """What has been gathered so far, following the statements."""

    named_settings: list[NamedSettings] = field(default_factory=list)
    constants: dict[str, Any] = field(default_factory=dict)
    refuses_runserver: bool = False
    is_serving: bool = False
    """Django's command line has been reached: what follows is after the server."""


def read_text(path: Path) -> str:
    """The text of a source file; empty if it cannot be read or is absurdly large."""
    try:
        if path.stat().st_size > MAX_SIZE:
            return ""
        return path.read_text(encoding="utf-8", errors="replace").removeprefix("\ufeff")
    except OSError:
        return ""


def read_script(path: Path) -> ScriptFacts:
    """Read a script. One that this Python cannot parse is searched as text."""
    text = read_text(path)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return read_as_text(path, text)
    called = frozenset(called_names(tree))
    reading = Reading(constants={"__name__": "__main__"})
    follow(tree.body, reading, is_certain=True, is_conditional=False)
    return ScriptFacts(
        path=path,
        runs_commands=bool(called & COMMAND_LINE_CALLS),
        passes_arguments=any(passes_arguments(node) for node in ast.walk(tree)),
        configures="settings.configure" in called,
        mentions_django=mentions_django(text),
        is_template=False,
        named_settings=tuple(reading.named_settings),
        loads_dotenv=bool(called & DOTENV_CALLS),
        refuses_runserver=reading.refuses_runserver,
        imports=frozenset(imported_names(tree)),
    )


def read_as_text(path: Path, text: str) -> ScriptFacts:
    """What can be said of a script that is no Python of ours: a template, a newer or older Python, a broken file."""
    modules = NAMED_AS_TEXT.findall(text)
    return ScriptFacts(
        path=path,
        runs_commands=any(name in text for name in COMMAND_LINE_CALLS),
        passes_arguments="execute_from_command_line(sys.argv)" in text,
        configures="settings.configure(" in text,
        mentions_django=mentions_django(text),
        is_template="{{" in text or "{%" in text,
        named_settings=tuple(
            NamedSettings(module=name, is_forced=False, is_certain=len(modules) == 1) for name in modules
        ),
        loads_dotenv=any(name in text for name in DOTENV_CALLS),
        refuses_runserver=False,
        imports=frozenset(),
    )


def mentions_django(text: str) -> bool:
    return VARIABLE in text or "django" in text


# --- following the statements ------------------------------------------------------------------------------------


def follow(statements: Iterable[ast.stmt], reading: Reading, *, is_certain: bool, is_conditional: bool) -> None:
    """Go through statements as they would run; a function's body counts where it is defined."""
    for statement in statements:
        if reading.is_serving:
            return
        match statement:
            case ast.If():
                follow_if(statement, reading, is_certain=is_certain, is_conditional=is_conditional)
            case ast.FunctionDef(name=name, body=body):
                follow(body, reading, is_certain=is_certain and name == "main", is_conditional=is_conditional)
                reading.is_serving = False
            case ast.With(body=body) | ast.Try(body=body):
                follow(body, reading, is_certain=is_certain, is_conditional=is_conditional)
            case _:
                take(statement, reading, is_certain=is_certain, is_conditional=is_conditional)


def follow_if(statement: ast.If, reading: Reading, *, is_certain: bool, is_conditional: bool) -> None:
    """Go through the branch that is taken, or through both if that cannot be told."""
    answer = decide(statement.test, reading.constants)
    is_certain = is_certain and answer is not None
    is_conditional = is_conditional or not is_main_guard(statement.test)
    for branch, wanted in ((statement.body, True), (statement.orelse, False)):
        if answer is None or answer is wanted:
            follow(branch, reading, is_certain=is_certain, is_conditional=is_conditional)


def take(statement: ast.stmt, reading: Reading, *, is_certain: bool, is_conditional: bool) -> None:
    """Gather what one simple statement says."""
    named = settings_assigned(statement, reading.constants) or settings_defaulted(statement, reading.constants)
    if named is not None:
        module, is_forced = named
        reading.named_settings.append(NamedSettings(module=module, is_forced=is_forced, is_certain=is_certain))
    elif isinstance(statement, ast.Assign) and isinstance(target := statement.targets[0], ast.Name):
        reading.constants.pop(target.id, None)
        if (value := constant(statement.value)) is not None:
            reading.constants[target.id] = value
    if COMMAND_LINE_CALLS.intersection(called_names(statement)):
        reading.is_serving = True
    elif is_certain and is_conditional and is_exit(statement):
        reading.refuses_runserver = True


def settings_defaulted(statement: ast.stmt, constants: dict[str, Any]) -> tuple[str | None, bool] | None:
    """``os.environ.setdefault("DJANGO_SETTINGS_MODULE", …)``, and whether it overrides the environment: no."""
    match statement:
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(attr="setdefault"), args=[ast.Constant(value=name), module])
        ) if name == VARIABLE:
            return module_name(module, constants), False
    return None


def settings_assigned(statement: ast.stmt, constants: dict[str, Any]) -> tuple[str | None, bool] | None:
    """``os.environ["DJANGO_SETTINGS_MODULE"] = …``, and whether it overrides the environment: yes."""
    match statement:
        case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=name))], value=module) if name == VARIABLE:
            return module_name(module, constants), True
    return None


def module_name(node: ast.expr, constants: dict[str, Any]) -> str | None:
    named = constants.get(node.id) if isinstance(node, ast.Name) else constant(node)
    return named if isinstance(named, str) else None


def is_main_guard(test: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(test))


def is_exit(statement: ast.stmt) -> bool:
    """``raise SystemExit(…)`` or ``sys.exit(…)`` that gives up: not with 0, and not with what a call returned."""
    match statement:
        case ast.Raise(exc=ast.Name(id="SystemExit")):
            return False
        case (
            ast.Raise(exc=ast.Call(func=ast.Name(id="SystemExit"), args=[reason]))
            | ast.Expr(value=ast.Call(func=ast.Attribute(attr="exit"), args=[reason]))
            | ast.Expr(value=ast.Call(func=ast.Name(id="exit"), args=[reason]))
        ):
            return isinstance(reason, ast.JoinedStr) or bool(constant(reason))
    return False


# --- conditions --------------------------------------------------------------------------------------------------


def decide(test: ast.expr, constants: dict[str, Any]) -> bool | None:
    """Whether a condition holds for ``manage.py runserver``; ``None`` if that depends on more than the arguments."""
    names: dict[str, Any] = {**DECIDABLE_FUNCTIONS, **constants, "sys": SimpleNamespace(argv=ARGUMENTS)}
    if not all(is_decidable(node, names, test) for node in ast.walk(test)):
        return None
    try:
        return bool(eval(compile(ast.Expression(test), "<condition>", "eval"), {"__builtins__": {}, **names}))
    except (LookupError, TypeError, ValueError, NameError):
        return None


def is_decidable(node: ast.AST, names: dict[str, Any], test: ast.expr) -> bool:
    """Only looks at constants and the arguments, and calls nothing but a few harmless functions."""
    match node:
        case ast.Name(id=name):
            return name in names or name in bound_names(test)
        case ast.Attribute(value=ast.Name(id="sys"), attr="argv"):
            return True
        case ast.Call(func=ast.Name(id=name), keywords=[]):
            return name in DECIDABLE_FUNCTIONS
    return isinstance(node, DECIDABLE)


def bound_names(test: ast.expr) -> Iterator[str]:
    """Names a comprehension inside the condition binds itself."""
    for node in ast.walk(test):
        if isinstance(node, ast.comprehension) and isinstance(node.target, ast.Name):
            yield node.target.id


def constant(node: ast.expr) -> Any:
    """The value of a literal, or ``None``."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


# --- names -------------------------------------------------------------------------------------------------------


def called_names(tree: ast.AST) -> Iterator[str]:
    """Names of everything that is called: ``execute`` and ``management.execute`` for ``management.execute()``."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id=name):
                yield name
            case ast.Attribute(attr=name, value=ast.Name(id=owner)):
                yield name
                yield f"{owner}.{name}"
            case ast.Attribute(attr=name):
                yield name


def passes_arguments(node: ast.AST) -> bool:
    """``execute_from_command_line()`` or ``execute_from_command_line(sys.argv)``, not a command of its own."""
    match node:
        case ast.Call(
            func=ast.Name(id="execute_from_command_line") | ast.Attribute(attr="execute_from_command_line"), args=args
        ):
            return not args or (isinstance(args[0], ast.Attribute) and args[0].attr == "argv")
    return False


def imported_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
