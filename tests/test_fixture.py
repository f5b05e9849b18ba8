"""Fixtures: out and in again without loss, and nothing half-written when they are bad."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from claims import workflow
from claims.interchange import exports
from claims.interchange.formats import fixture
from claims.interchange.imports import fixtures
from claims.models import Article, Claim, Evidence, Match, Notice, Publication, Source, Suggestion
from claims.record.canonical import record_hash
from claims.record.verification import chain_faults
from claims.search import index
from tests import desk
from tests.answers import list_page

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


def exported(scope="all"):
    objects = exports.all_objects() if scope == "all" else exports.public_objects()
    return "".join(fixture.write(objects))


def load(text):
    return fixtures.bring_in(fixture.read(text.encode()), desk.importer())


def empty():
    """Remove everything but the accounts' roles, as on a new database."""
    with desk.past_the_triggers():
        for model in (Notice, *reversed(fixture.MODELS)):
            linked = [field.remote_field.through for field in model._meta.local_many_to_many]
            kept = (
                [model.history.model, *(r.related_model for r in model.history.model._meta.related_objects)]
                if hasattr(model, "history")
                else []
            )
            for table in (*linked, *reversed(kept), model):
                table._default_manager.all()._raw_delete("default")
    index.remove(connection)
    index.ensure(connection)


@pytest.fixture
def full(db):
    """A desk at work: every model, every state, versions, a correction, a retraction."""
    publisher = desk.source("gazette", kind="news_outlet", default_reliability="B", url="https://example.org/")
    article = desk.article(language="ko", authors='김 "Q" <k>')
    for number in range(3):
        made = desk.with_evidence(desk.claim(), publisher=publisher, origin=desk.source())
        Evidence.objects.create(
            claim=made, title="Second", stance="context", origin_evidence=made.evidence.get(), note="\u2028 é 😀 \\ \t"
        )
        made.topics.add(desk.topic("treaty"), desk.topic("a-topic"))
        desk.appear(made, article, ["ten ships", "Nobody", "coal"][number], attribution="said")
        first = desk.published(made)
    desk.republished(first, verdict="mixed")
    gone = desk.published(claimant=None, made_on=None)
    desk.retracted(gone.claim, "Another port.")
    workflow.take("recheck", Claim.objects.filter(status="published").first(), by=desk.person("editor"), reason="New.")
    desk.awaiting()
    draft = desk.claim(assigned_to=desk.person("editor"), statement="A secret draft.")
    draft.relations_from.create(to_claim=first.claim, kind="repeats")
    Suggestion.objects.create(text="Check this.", contact="reader@example.org", claim=draft)
    Match.objects.create(
        text_sha256="0" * 64, claim=first.claim, score=0.9, overlap=0.5, tier="very_likely", decision="confirmed",
        decided_by=desk.person("editor"),
    )  # fmt: skip


def test_the_same_database_gives_the_same_bytes(full):
    assert exported() == exported()


@pytest.mark.database("sqlite", "postgresql")
def test_everything_comes_back_byte_for_byte(full):
    before = exported()
    empty()
    assert exported() == "[]\n"
    report = load(before)
    assert exported() == before
    assert not report.kept
    assert not report.is_rechained
    assert not list(chain_faults())


@pytest.mark.database("sqlite", "postgresql")
def test_the_public_part_comes_back_byte_for_byte_on_an_empty_site(full, client):
    before = exported("public")
    empty()
    load(before)
    assert exported("public") == before
    assert not Claim.objects.exists()
    assert len(list_page(client, "/claims/").rows) == 3
    assert client.get("/articles/an-article/").status_code == 200


def test_the_public_part_holds_nothing_of_the_desk(full):
    desk.shown_anew(Article.objects.get(slug="an-article"), rights="full_text_private")
    text = exported("public")
    models = {row["model"] for row in json.loads(text)}
    assert models == {"claims.source", "claims.topic", "claims.article", "claims.card", "claims.publication"}
    for private in ("A secret draft", "reader@example.org", "approver-", "editor-", "coal was on board"):
        assert private not in text
    sources = [row["fields"] for row in json.loads(text) if row["model"] == "claims.source"]
    assert {fields["default_reliability"] for fields in sources} == {"F"}


@pytest.mark.database("sqlite", "postgresql")
def test_plain_loaddata_takes_an_export(full, tmp_path):
    before = exported()
    path = tmp_path / "all.json"
    path.write_text(before)
    empty()
    call_command("loaddata", str(path), verbosity=0)
    assert exported() == before
    assert not list(chain_faults())


def test_no_database_id_is_in_an_export(full):
    assert all(set(row) == {"model", "fields"} for row in json.loads(exported()))


def test_accounts_travel_as_names_only(full):
    accounts = [row["fields"] for row in json.loads(exported()) if row["model"] == "auth.user"]
    assert accounts
    assert all(set(a) == {"username", "password", "is_active"} and a["password"] == "!" for a in accounts)


def test_an_account_that_is_here_keeps_its_password(full, django_user_model):
    user = desk.person("administrator", "chief")
    Claim.objects.filter(status="draft").update(assigned_to=user)
    load(exported())
    user.refresh_from_db()
    assert user.check_password("chief-password")


def test_importing_twice_changes_nothing(full):
    before = exported()
    report = load(before)
    assert report.added.total() == 0
    assert exported() == before


def test_a_source_of_ours_is_kept_when_a_fixture_says_otherwise(full):
    text = exported().replace('"name": "Gazette",\n  "kind"', '"name": "Gazzetta",\n  "kind"')
    report = load(text)
    assert "ours is kept" in report.kept[0]
    assert Source.objects.get(slug="gazette").name == "Gazette"


def test_imported_objects_begin_their_history(full):
    before = exported()
    empty()
    load(before)
    assert {
        entry.history_change_reason for entry in Claim.history.filter(history_type="+").order_by("-history_id")[:3]
    } == {"Imported"}


def test_part_of_a_record_takes_its_place_in_our_chain(full):
    rows = json.loads(exported("public"))
    first = min(row["fields"]["sequence"] for row in rows if row["model"] == "claims.publication")
    part = [row for row in rows if row["fields"].get("sequence") != first]
    empty()
    report = load(json.dumps(part))
    assert report.is_rechained
    assert not list(chain_faults())


def changed(model, whole="", **fields):
    """An export in which the first object of a model says something else."""
    rows = json.loads(whole or exported())
    if isinstance(model, list):
        return json.dumps([*rows, {"model": model, "fields": fields}])
    first = next(row for row in rows if row["model"] == model)
    first["fields"] |= fields
    return json.dumps(rows)


@pytest.mark.database("sqlite", "postgresql")
def test_a_record_is_taken_only_in_the_bytes_it_is_hashed_by(publication, subtests):
    original = exported()
    empty()
    for changes in ({"confidence": 95.0}, {"confidence": True}, {"number": 1.0}, {"number": 2**70}):
        rows = json.loads(original)
        first = next(row["fields"] for row in rows if row["model"] == "claims.publication")
        first["record"] |= changes
        if changes != {"number": 2**70}:  # which has no hash
            first["record_hash"] = record_hash(first["record"])
        with subtests.test(changes=changes):
            with pytest.raises(fixture.FixtureError, match=r"record"):
                load(json.dumps(rows))
            assert exported() == "[]\n"


BAD_OBJECTS = [
    ("claims.claim", {"verdict": "perhaps"}, r"fields\.verdict: Value 'perhaps' is not a valid choice"),
    ("claims.claim", {"confidence": 300}, r"fields\.confidence"),
    ("claims.claim", {"confidence": "many"}, "claims.claim"),
    ("claims.claim", {"claimant": ["nobody"]}, "neither here nor earlier|names something"),
    ("claims.claim", {"made_on": "2025-02-30"}, "claims.claim"),
    ("claims.claim", {"status": "draft"}, "says it is a draft, but it has publications"),
    ("claims.claim", {"uid": 5}, "claims.claim"),
    ("claims.source", {"kind": "alien"}, r"fields\.kind"),
    ("claims.topic", {"slug": "no good"}, "slug"),
    ("claims.publication", {"verdict": "true"}, "fields.verdict cannot be stored as given"),
    ("claims.publication", {"record_hash": "0" * 64}, "was changed since it was published"),
    ("claims.publication", {"number": 7}, "cannot be stored as given"),
    ("claims.publication", {"record": {"a": 1}}, r"fields\.record\."),
    ("claims.publication", {"topics": []}, "fields.topics"),
    ("claims.publication", {"submitted_by": ["who"]}, "names something"),
    ("claims.publication", {"submitted_by": "who"}, "fields.submitted_by"),
    ("claims.publication", {"approved_by": ["one", "two"]}, "fields.approved_by"),
    (
        "claims.publication",
        {"sequence": "x", "is_current": 1, "chain_hash": None},
        "chain_hash.*is_current.*sequen",
    ),
    ("claims.publication", {"topics": [["treaty"], None]}, "fields.topics"),
    ("claims.proposal", {"record": {"a": 1}}, "no public record"),
    ("claims.proposal", {"sha256": "0" * 64}, "does not say what the record says"),
    ("claims.proposal", {"kind": "update"}, "does not say what the record says"),
    ("claims.proposal", {"claim": []}, "does not say what the record says"),
    (["x"], {}, "unknown model|claim “"),
    ("claims.claim", {"claimant": []}, "claims.claim"),
]


@pytest.mark.slow
@pytest.mark.database("sqlite")
def test_a_bad_object_is_named_and_nothing_is_imported(publication, subtests):
    desk.awaiting()
    whole = exported()
    texts = [changed(model, whole, **fields) for model, fields, _ in BAD_OBJECTS]
    empty()
    for (model, fields, fault), text in zip(BAD_OBJECTS, texts, strict=True):
        with subtests.test(model=model, fields=fields):
            with pytest.raises(fixture.FixtureError, match=fault) as refused:
                load(text)
            assert "line " in str(refused.value) or "claim “" in str(refused.value)
    assert exported() == "[]\n"


def test_an_import_never_overwrites_a_claim_or_moves_its_status(full):
    text = changed("claims.claim", statement="Other words.", status="published")
    before = exported()
    with pytest.raises(fixture.FixtureError, match="never overwrites"):
        load(text)
    assert exported() == before


def test_two_of_the_same_are_a_duplicate(full):
    rows = json.loads(exported())
    with pytest.raises(fixture.FixtureError, match="duplicate of line"):
        load(json.dumps([*rows, rows[-1]]))


def test_a_published_claim_comes_with_its_publications(full):
    rows = [row for row in json.loads(exported()) if row["model"] != "claims.publication"]
    empty()
    with pytest.raises(fixture.FixtureError, match="its publications do not"):
        load(json.dumps(rows))
    assert not Claim.objects.exists()


def run(*arguments):
    out, err = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue()


def test_export_and_import_commands(full, tmp_path):
    path = tmp_path / "all.json"
    run("export", "--scope", "all", str(path))
    assert path.read_text() == exported() == run("export", "--scope", "all", "-")
    empty()
    run("import", str(path))
    assert exported() == path.read_text()


def test_export_is_public_unless_asked(full):
    assert run("export", "-") == exported("public")


def test_a_failed_export_leaves_the_file_as_it_was(full, tmp_path, monkeypatch):
    path = tmp_path / "all.json"
    path.write_text("before")
    monkeypatch.setattr(fixture, "block", lambda obj: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run("export", str(path))
    assert path.read_text() == "before"
    assert [item.name for item in tmp_path.iterdir()] == ["all.json"]


@pytest.mark.parametrize(
    ("where", "count"), [("verdict=mixed", 1), ("verdict=false&topic=treaty", 2), ("verdict=true", 0)]
)
def test_export_of_exactly_a_filter_and_of_what_was_taken_back(full, where, count):
    rows = json.loads(run("export", "--where", where, "-"))
    kinds = {}
    for row in rows:
        if row["model"] == "claims.publication":
            kinds.setdefault(row["fields"]["claim"], []).append(row["fields"]["kind"])
    standing = [of_claim for of_claim in kinds.values() if "retraction" not in of_claim]
    assert len(standing) == count


def test_an_export_of_a_corrected_query_says_what_it_holds(db, capsys):
    desk.published(statement="A treaty was signed.")
    assert len(json.loads(run("export", "--where", "q=tready", "--format", "claimreview", "-"))["dataFeedElement"]) == 1
    assert "“treaty”" in capsys.readouterr().err


def test_export_of_working_claims_by_filter_brings_all_they_name(full):
    text = run("export", "--scope", "all", "--where", "topic=treaty", "-")
    empty()
    load(text)
    assert Claim.objects.count() == 3
    assert exported() == text


@pytest.mark.parametrize("where", ["verdict=bogus", "colour=red"])
def test_a_filter_that_cannot_be_understood_is_refused(where):
    with pytest.raises(CommandError, match="--where"):
        run("export", "--where", where, "-")


def test_a_file_that_cannot_be_read_or_written_is_named(tmp_path):
    with pytest.raises(CommandError, match="Cannot read"):
        run("import", str(tmp_path / "none.json"))
    with pytest.raises(CommandError, match="Cannot write"):
        run("export", str(tmp_path / "none" / "x.json"))


def test_every_publication_of_an_export_verifies(full):
    assert Publication.objects.count() == 6
    assert not list(chain_faults())
