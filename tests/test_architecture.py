"""docs/architecture.md is true: what it names exists, every folder has its sentence, and HTTP stays above."""

import ast
import re
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAP = (ROOT / "docs" / "architecture.md").read_text()
NAMED = sorted(set(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", MAP, flags=re.DOTALL))))
PATHS = [name for name in NAMED if re.fullmatch(r"[\w/.]*(/|\.py|\.toml|\.md)", name)]
DOTTED = [name for name in NAMED if re.fullmatch(r"[a-z_]+(\.\w+)+", name) and name not in PATHS]
BELOW_THE_FACES = ("text", "evidence_rules", "models", "record", "workflow", "matching", "search", "interchange")
#: They take the query string of a list apart, which is QueryDict's work, and know no request.
READERS_OF_QUERIES = {"search/filters.py", "search/pages.py"}


@pytest.mark.parametrize("path", PATHS)
def test_every_path_that_the_map_names_exists(path):
    assert (ROOT / path).exists() or (ROOT / "claims" / path).exists()


def named(dotted):
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        package = [] if parts[0] == "factcheck" else ["claims"]
        try:
            found = import_module(".".join([*package, *parts[:count]]))
        except ModuleNotFoundError:
            continue
        for name in parts[count:]:
            found = getattr(found, name)
        return found
    raise LookupError(dotted)


@pytest.mark.parametrize("dotted", DOTTED)
def test_every_name_that_the_map_gives_exists(dotted):
    assert named(dotted) is not None


def test_every_folder_has_its_sentence():
    folders = {path.parent.name for path in (ROOT / "claims").glob("*/__init__.py")} - {"migrations"}
    rows = re.findall(r"^\| (`.*?) \|", MAP, flags=re.MULTILINE)
    assert folders <= set(re.findall(r"(\w+)/", " ".join(rows)))


def test_nothing_below_the_faces_knows_http():
    knowing = {
        str(path.relative_to(ROOT / "claims"))
        for folder in BELOW_THE_FACES
        for path in (ROOT / "claims" / folder).rglob("*.py")
        if re.search(r"^\s*(from|import) django\.(http|shortcuts|views)", path.read_text(), flags=re.MULTILINE)
    }
    assert knowing == READERS_OF_QUERIES


def test_no_two_classes_share_a_name():
    """But those that Django or argparse looks for by name."""
    found = Counter(
        node.name
        for path in (ROOT / "claims").rglob("*.py")
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and node.name not in {"Meta", "Media", "Command"}
    )
    assert [name for name, count in found.items() if count > 1] == []


def test_readers_pages_know_no_working_row_that_readers_see_through_cards():
    """A public module that reads a source, topic, article or page would show what nobody signed."""
    working = re.compile(
        r"from claims\.models import .*\b(Source|Topic|Article|Page)\b|models\.(sources|articles|pages)"
    )
    faults = [
        path.name
        for folder in ("public", "api")
        for path in (ROOT / "claims" / folder).rglob("*.py")
        if working.search(path.read_text())
    ]
    templates = [
        path.name
        for path in (ROOT / "claims" / "jinja2").rglob("*.html")
        if re.search(r"\b(publication\.(claimant|reviewer)|publication\.topics\S*)\.name", path.read_text())
    ]
    assert faults + templates == []


def test_the_status_of_a_claim_is_set_in_the_workflow_and_by_published_records_that_come_in_alone():
    """By assignment, by `move_to`, or in an update: anywhere else a step could be taken past its rules."""
    elsewhere = {"models/claims.py", "interchange/imports/working_rows.py"}  # what `move_to` does; records

    def sets_it(node):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            return any(isinstance(target, ast.Attribute) and target.attr == "status" for target in targets)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            is_update = node.func.attr == "update" and any(word.arg == "status" for word in node.keywords)
            return is_update or node.func.attr == "move_to"
        return False

    found = {
        str(path.relative_to(ROOT / "claims"))
        for path in (ROOT / "claims").rglob("*.py")
        if "migrations" not in path.parts and any(map(sets_it, ast.walk(ast.parse(path.read_text()))))
    }
    assert {path for path in found if not path.startswith("workflow/")} == elsewhere


def test_every_public_query_leaves_out_what_is_withheld():
    """`Publication.objects` is for the desk; in public it stands where withheld claims are looked for, and no more."""
    allowed = {"claims.py": 6}
    found = {
        path.name: count
        for folder in ("public", "api")
        for path in (ROOT / "claims" / folder).rglob("*.py")
        if (count := path.read_text().count("Publication.objects")) > allowed.get(path.name, 0)
    }
    assert found == {}
