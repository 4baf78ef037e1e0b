"""House rules as tests: how modules open, how long they are, who reads the clock, where no float stands, what an act is."""

import ast
import inspect
import re
import tomllib

import pytest
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

from jubao.operations import declare_all
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.fields import Kind, Question
from tests.house import (
    DOORS,
    ROOMS,
    ROOT,
    act_classes,
    arguments_of,
    code_of,
    is_decorated,
    is_float,
    is_money,
    modules,
    name_of,
    place,
    proofs,
    room,
    texts,
    tree,
    writes_rows,
)
from tests.import_graph import circle_in, import_graph, uncalled_rules

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
VAGUE = {"utils", "util", "helpers", "helper", "services", "service", "common", "misc", "exceptions", "tools"}
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
CLOCKS |= {("timezone", "now"), ("timezone", "localdate"), ("timezone", "localtime"), ("time", "time")}
CLOCK_FIELDS = {"auto_now", "auto_now_add"}
LAWLESS = {"rules", "operations", "reports", "ledger", "records"}  # no date of law stands in their code
PURE_MONEY = {"rules", "ledger"}
LOCKS = {"atomic", "select_for_update"}
WRITERS = {"envelope", "keeping", "identity", "beside"}
"""Rooms that may write: one applies plans, one backups, one sessions, one what passes beside the books."""
SHARED_REGISTRY = r"(?:index|registry|mirror|artifactory|nexus|devpi)[\w-]*\.[\w.-]+/(?:simple|pypi|api)"
FORBIDDEN = {
    "a registry's address": re.compile(rf"https?://\S*(?:{SHARED_REGISTRY}|pypi\.\S+)", re.IGNORECASE),
    "a pip index option": re.compile(r"^\s*--(?:extra-)?index-url|^\s*--find-links", re.MULTILINE),
    "a path of one machine": re.compile(r"(?<![\w.])/(?:work|root|home|Users|opt|mnt|tmp)/\w"),
    "a private address": re.compile(r"\b(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2,3}\b"),
}


def test_every_module_opens_with_a_sentence():
    mute = [place(path) for path in [*modules(), *proofs()] if not opens_with_sentence(tree(path))]
    assert not mute, mute


def opens_with_sentence(module: ast.Module) -> bool:
    """A docstring whose first paragraph ends like a sentence."""
    paragraph = (ast.get_docstring(module) or "").split("\n\n")[0].rstrip()
    return paragraph.endswith((".", "。"))


def test_no_file_is_longer_than_a_chapter():
    long = [place(path) for path in modules() if len(path.read_text("utf-8").splitlines()) > LONGEST_FILE]
    assert not long, long


def test_the_formatter_is_switched_off_nowhere():
    """What does not fit lacks a line break or a name; density is no cure."""
    dense = [place(path) for path in modules() if re.search(r"#\s*fmt:\s*(?:skip|off)", path.read_text("utf-8"))]
    assert not dense, dense


def test_no_function_outgrows_a_screen():
    long = [
        f"{place(path, node)} {node.name}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]
    assert not long, long


def test_no_modules_import_each_other_in_a_circle():
    assert circle_in(import_graph()) == []


def test_a_circle_of_imports_is_found_wherever_the_import_stands():
    graph = import_graph()
    assert "jubao.reports.evaluation.compare_with_document" in graph["jubao.cli.figures"]  # imported inside functions
    assert "jubao.reports.figures.evidence" in graph["jubao.cli.figures"]  # imported for types alone
    closed = {**graph, "jubao.reports.figures.evidence": {"jubao.cli.figures"}}
    assert {"jubao.cli.figures", "jubao.reports.figures.evidence"} <= set(circle_in(closed))


def test_modules_are_named_for_business():
    vague = [place(path) for path in modules() if path.stem in VAGUE or path.parent.name in VAGUE]
    assert not vague, vague


def test_only_doors_read_the_clock():
    readers = [
        place(path, node)
        for path in modules()
        if room(path) not in DOORS
        for node in ast.walk(tree(path))
        if reads_clock(node)
    ]
    assert not readers, readers


def reads_clock(node: ast.AST) -> bool:
    """A call such as ``date.today()``, or a column that fills itself with the time."""
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=attribute)):
            return (name_of(value), attribute) in CLOCKS
        case ast.keyword(arg=argument):
            return argument in CLOCK_FIELDS
    return False


def test_no_float_meets_money():
    meetings = [place(path, node) for path in modules() for node in ast.walk(tree(path)) if float_meets_money(node)]
    assert not meetings, meetings


def float_meets_money(node: ast.AST) -> bool:
    """Fen divided with ``/``, fen beside a float, fen turned into a float, or a float column."""
    match node:
        case ast.BinOp(left=left, op=operator, right=right):
            divided = isinstance(operator, ast.Div) and (is_money(left) or is_money(right))
            return divided or (is_money(left) and is_float(right)) or (is_float(left) and is_money(right))
        case ast.Compare(left=left, comparators=others):
            sides = [left, *others]
            return any(is_money(side) for side in sides) and any(is_float(side) for side in sides)
        case ast.Call(func=func, args=arguments):
            cast = name_of(func) == "float" and any(is_money(argument) for argument in arguments)
            return cast or name_of(func) in {"FloatField", "DecimalField"}
        case ast.keyword(arg=str(argument), value=value):
            return argument.endswith("_fen") and is_float(value)
        case ast.Assign(targets=targets, value=value):
            return is_float(value) and any(is_money(target) for target in targets)
    return False


def test_rooms_that_compute_money_know_no_float():
    floats = [
        place(path, node)
        for path in modules()
        if room(path) in PURE_MONEY or path.name == "fen.py"
        for node in ast.walk(tree(path))
        if is_float(node) or name_of(node) in {"float64", "float32"}
    ]
    assert not floats, floats


def test_no_date_of_law_stands_in_code():
    dates = [
        place(path, node)
        for path in modules()
        if room(path) in LAWLESS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and name_of(node.func) in {"date", "datetime"} and states_a_day(node)
    ]
    assert not dates, f"a rate, age or date belongs into policy, with its source: {dates}"


def states_a_day(call: ast.Call) -> bool:
    """Year, month and day written out as numbers."""
    return len(call.args) > 2 and all(isinstance(argument, ast.Constant) for argument in call.args[:3])


def test_every_rule_names_its_source():
    silent = [
        f"{place(path, node)} {node.name}"
        for path in modules()
        if room(path) == "rules"
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if "Source:" not in (ast.get_docstring(node) or "")
    ]
    assert not silent, silent


# ── Acts: declared data, and two functions that read ──


def test_every_rule_pays_somebody():
    """A rule that no operation and no report reaches decides nothing."""
    assert sorted(uncalled_rules()) == []


def test_every_act_is_a_class_with_a_check_and_a_plan():
    declare_all()
    found = {code_of(node): (path, node) for path, node in act_classes()}
    assert set(found) == {code for code in ACTS if not code.startswith("test.")}
    assert len(found) == len(list(act_classes())) > 60
    halves = dict.fromkeys(("check", "plan"), ("self", "cases", "view"))
    wrong = [
        f"{place(path, node)} {code}"
        for code, (path, node) in found.items()
        if not halves.items() <= arguments_of(node).items()
    ]
    assert not wrong, wrong


def test_every_required_paper_is_named_by_the_act_or_lies_in_the_books():
    declare_all()
    unnamed = [
        f"{code}: {paper.title}"
        for code, declared in ACTS.items()
        for paper in declared.papers
        if paper.required and not paper.in_books and not any(map(names_a_paper, declared.questions))
    ]
    assert not unnamed, f"a required paper needs an Evidence or File argument, or lies in the books: {unnamed}"


def names_a_paper(question: Question) -> bool:
    """Whether an argument, or one within it, names a paper."""
    return question.kind in {Kind.EVIDENCE, Kind.FILE} or any(map(names_a_paper, question.inside))


def test_no_act_is_a_function_that_writes():
    imperative = [
        f"{place(path, node)} {node.name}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and is_decorated(node, "act")
    ]
    assert not imperative, imperative


def test_only_the_envelope_and_the_keeping_write_and_lock():
    writers = [
        place(path, node)
        for path in modules()
        if room(path) == "operations" and path.relative_to(ROOMS).parts[1] not in WRITERS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and (writes_rows(node) or name_of(node.func) in LOCKS)
    ]
    assert not writers, f"an act plans what would change, the envelope writes it: {writers}"


def test_every_act_names_its_source():
    silent = [
        f"{place(path, node)} {code_of(node)}"
        for path, node in act_classes()
        if not re.search(r"Source: \S", ast.get_docstring(node) or "")
    ]
    assert not silent, silent


def test_every_refusal_says_what_could_not_be_done():
    silent = [
        f"{place(path, node)} {node.name}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and is_refusal(node) and not ast.get_docstring(node)
    ]
    assert not silent, silent


def is_refusal(node: ast.ClassDef) -> bool:
    """An exception class, as far as its bases tell."""
    return any(name_of(base).endswith(("Error", "Exception", "Refused")) for base in node.bases)


def test_no_test_that_cannot_fail():
    idle = [
        f"{place(path, node)} {node.name}"
        for path in proofs()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        if not can_fail(node) and not any(can_fail(part) for part in parts_of(node, tree(path)))
        if path.name != "house.py"
    ]
    assert not idle, idle


def parts_of(test: ast.FunctionDef, module: ast.Module) -> list[ast.FunctionDef]:
    """The functions of a test's own module that it is told in."""
    calls = {name_of(node) for node in ast.walk(test) if isinstance(node, ast.Call)}
    return [node for node in module.body if isinstance(node, ast.FunctionDef) and node.name in calls]


SEEING = ("expect", "sees", "sees_not", "is_at", "finds_it_well_made")
"""How the stories say what somebody must see (``tests/stories/desk.py``)."""


def can_fail(test: ast.FunctionDef) -> bool:
    """It asserts, expects a refusal, or hands over to something that does."""
    hands_over = ("raises", "warns", "fail", "run_state_machine_as_test", *SEEING)
    calls = {name_of(node) for node in ast.walk(test) if isinstance(node, ast.Call)}
    asserts = any(isinstance(node, ast.Assert) for node in ast.walk(test))
    return asserts or any(call in hands_over or call.startswith(("assert_", "check_")) for call in calls)


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_text_names_a_machine_or_a_host(what):
    named = [
        f"{place(path)}: {found.group()}"
        for path in texts()
        if path.name != "test_house.py"
        for found in FORBIDDEN[what].finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert not named, f"{what}: {named}"


def test_every_exception_from_ruff_is_explained():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    start = lines.index("ignore = [")
    codes = lines[start + 1 : lines.index("]", start)]
    assert codes
    assert not [line for line in codes if not re.fullmatch(r'  "\w+",\s*# .{6,}', line)]


@pytest.mark.parametrize("extra", ["", "dev"])
def test_every_dependency_is_bounded_and_locked(extra):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["optional-dependencies"][extra] if extra else project["dependencies"]
    locked = (ROOT / ("requirements-dev.txt" if extra else "requirements.txt")).read_text(encoding="utf-8")
    names = {re.split(r"[\[<>=]", each)[0].lower().replace("_", "-") for each in wanted}
    pinned = {name: rf"^{re.escape(name)}(?:\[[^]]*\])?==" for name in names}  # a lock may name the extras, too
    assert not [name for name, pin in pinned.items() if not re.search(pin, locked, re.MULTILINE)]
    assert not [each for each in wanted if ">=" not in each or "<" not in each]
    pins = re.findall(r"^\S+==.*?(?=^\S|\Z)", locked, re.MULTILINE | re.DOTALL)
    assert not [pin.splitlines()[0] for pin in pins if "--hash=sha256:" not in pin]


def test_migrations_keep_up_with_the_models():
    with translation.override(None):  # Django's own labels must not look like changes
        loader = MigrationLoader(None)
        detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
        changes = detector.changes(graph=loader.graph)
    assert not {app: [str(each) for each in found] for app, found in changes.items()}, "run makemigrations"


def test_every_command_has_a_line_in_the_docs_and_a_test():
    if not (ROOMS / "cli" / "__init__.py").exists() and not (ROOMS / "cli.py").exists():
        pytest.skip("the command line is not built yet")
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    documents = "\n".join(path.read_text("utf-8") for path in pages)
    tests = "\n".join(path.read_text("utf-8") for path in proofs())
    names = command_names()
    assert names
    assert not [name for name in names if f"jubao {name}" not in documents]
    assert not [name for name in names if f'"{name.split()[0]}"' not in tests]


def command_names() -> list[str]:
    """Every command the program answers to, groups included: ``figures``, ``report check``."""
    import typer

    from jubao.cli import app

    def leaves(command: object, path: str) -> list[str]:
        inner = getattr(command, "commands", None)
        if inner is None:
            return [path]
        return [leaf for name, sub in inner.items() for leaf in leaves(sub, f"{path} {name}".strip())]

    return leaves(typer.main.get_command(app), "")


def test_every_command_says_what_it_shows_and_to_whom():
    """Controls e.2: what shows people or adds the office up asks who looks; whoever configures rights sees neither."""
    from jubao.vocabulary.audience import Audience, Shows
    from jubao.vocabulary.posts import Post

    found = command_callbacks()
    assert set(found) == set(command_names())
    silent = [
        name for name, (callback, _) in found.items() if not isinstance(getattr(callback, "audience", None), Audience)
    ]
    assert not silent, silent
    wrong = [
        name
        for name, (callback, options) in found.items()
        if callback.audience.asks_who != ("by" in options) and callback.audience.shows is not Shows.ONE_ACT
    ]
    assert not wrong, wrong
    open_to_rights = {
        name for name, (one, _) in found.items() if Post.PERMISSION in one.audience.posts and one.audience.asks_who
    }
    assert open_to_rights == {"propose", "sign", "withdraw", "check", "show", "pending"}, "the act decides there"
    for shows in (Shows.PEOPLE, Shows.THE_OFFICE):
        for callback, _ in found.values():
            assert callback.audience.shows is not shows or callback.audience.rows != "–"


def test_a_command_that_asks_nobody_reads_no_people():
    """What shows nothing the office keeps calls no reader that wants a viewer."""
    from jubao.vocabulary.audience import Shows

    for name, (callback, _) in command_callbacks().items():
        source = inspect.getsource(inspect.unwrap(callback))
        if callback.audience.shows is Shows.NOTHING:
            assert "viewer" not in source, name
        elif callback.audience.shows is Shows.PEOPLE:
            assert re.search(r"viewer_(?:by|of_figures)\(|_tell\(", source), f"{name} asks for nobody's eyes"


def test_only_one_function_makes_the_viewer_of_a_command():
    makers = [
        place(path, node)
        for path in modules()
        if room(path) in DOORS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and name_of(node.func) in {"viewer_for", "viewer_of", "Viewer"}
    ]
    assert [place.partition(":")[0] for place in makers] == [
        "src/jubao/cli/viewing.py",
        "src/jubao/desk/frame/seat.py",
        "src/jubao/simulation/morning_papers.py",
    ]


def test_every_list_says_who_may_see_it():
    from jubao.reports.lists.every_list import lists
    from jubao.vocabulary.posts import Post

    open_to_rights = [name for name, one in lists().items() if not one.audience or Post.PERMISSION in one.audience]
    assert not open_to_rights


def command_callbacks():
    """Every command by its path, with what it calls and the names of its parameters."""
    import typer

    from jubao.cli import app

    def leaves(command, path):
        inner = getattr(command, "commands", None)
        if inner is None:
            return {path: (command.callback, {one.name for one in command.params})}
        return {k: v for name, sub in inner.items() for k, v in leaves(sub, f"{path} {name}".strip()).items()}

    return leaves(typer.main.get_command(app), "")


def test_every_printed_form_names_a_command_that_exists():
    names = command_names()
    forms = [form for code, act in ACTS.items() if not code.startswith("test.") for form in act.prints]
    assert forms
    for form in forms:
        words = form.command.split()
        assert words[0] == "jubao"
        assert words[1] in names or " ".join(words[1:3]) in names, form
        assert "--out" in words or words[1] == "evaluate", form
