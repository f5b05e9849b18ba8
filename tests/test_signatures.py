"""Who signed stands in the chain under salts: whoever tampers is found out, and no reader learns a name."""

import re
import subprocess

import pytest
from django.db import DataError, IntegrityError, ProgrammingError, connection, models, transaction

from claims import workflow
from claims.interchange import exports
from claims.interchange.formats import fixture
from claims.interchange.imports import run
from claims.models import Card, ColumnChunk, Person, Publication, SecondOpinion, triggers
from claims.models.cards import LINKS
from claims.record import signatures
from claims.record.verification import chain_faults
from claims.search import column_chunks
from tests import desk
from tests.test_fixture import empty, load

pytestmark = pytest.mark.django_db


def published_with_an_opinion(approver):
    draft = desk.with_evidence(desk.claim())
    draft.topics.add(desk.topic())
    desk.appear(draft, desk.article(), "ten ships")
    made = desk.awaiting(draft)
    workflow.second_opinions.give_opinion(made, by=approver, verdict="mixed", confidence=40, note="Not sure.")
    desk.approve(made, by=approver)
    return Publication.objects.get(claim_id=made.uid)


@pytest.fixture
def signed(db, monkeypatch):
    """Two signed publications by different people, with what they name, opinions, and a chunk of columns."""
    monkeypatch.setattr(column_chunks, "CHUNK", 5)
    both = [published_with_an_opinion(desk.person("approver")) for _ in range(2)]
    desk.topic("another")
    desk.article("another")
    assert ColumnChunk.objects.exists()
    assert not list(chain_faults())
    return both


def test_two_different_people_are_in_every_signed_entry(signed):
    for entry in (*Publication.objects.all(), *Card.objects.all()):
        salts = (entry.submitter_salt, entry.approver_salt)
        people = (entry.submitted_by.person.uid, entry.approved_by.person.uid)
        assert signatures.opens(salts, people, entry.opinions_sha256, entry.signers)
        assert not signatures.opens(salts, people[::-1], entry.opinions_sha256, entry.signers)
        assert not signatures.opens(salts, (people[0], people[0]), entry.opinions_sha256, entry.signers)


def test_nobody_signs_twice(db):
    with pytest.raises(ValueError, match="Nobody approves"):
        signatures.Signatures.of(1, 1)


def test_a_person_keeps_their_number_whatever_the_account_is_called(signed):
    approver = signed[0].approved_by
    approver.username = "renamed"
    approver.save()
    assert not list(chain_faults())


def test_a_public_copy_names_nobody_and_still_verifies(signed):
    people = {str(uid) for uid in Person.objects.values_list("uid", flat=True)}
    secrets = {salt for row in Publication.objects.all() for salt in (row.submitter_salt, row.approver_salt)}
    text = "".join(fixture.write(exports.public_objects()))
    assert not any(secret in text for secret in people | secrets)
    hashes = list(Publication.objects.in_chain_order().values_list("chain_hash", flat=True))
    empty()
    load(text)
    assert list(Publication.objects.in_chain_order().values_list("chain_hash", flat=True)) == hashes
    assert not list(chain_faults())


def test_a_full_copy_verifies_with_its_people(signed):
    text = "".join(fixture.write(exports.all_objects()))
    empty()
    load(text)
    assert "".join(fixture.write(exports.all_objects())) == text
    assert not list(chain_faults())


def test_a_file_whose_salts_do_not_show_who_signed_is_refused(signed):
    text = "".join(fixture.write(exports.all_objects()))
    forged = text.replace(signed[0].approver_salt, "0" * 64)
    empty()
    with pytest.raises(fixture.FixtureError, match="who signed was changed"):
        load(forged)


def commands_on(client, publication):
    page = client.get(publication.get_version_url()).content.decode()
    found = re.findall(r"<pre><code>(printf.*?)</code></pre>", page, flags=re.DOTALL)
    return [command.replace("&#39;", "'").replace("\n", "") for command in found]


def test_the_command_on_a_versions_page_gives_its_chain_hash_with_and_without_signers(client, signed, tmp_path):
    path = desk.records_file(tmp_path / "r.jsonl", "Ten ships came to the port.")
    run.bring_in(path, run.plan(path), desk.importer(into_empty=True), on_problem=print)
    for publication in (signed[1], Publication.objects.in_chain_order().last()):
        (command,) = commands_on(client, publication)
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
        assert done.stdout.split()[0] == publication.chain_hash
    assert (bool(signed[1].signers), bool(publication.signers)) == (True, False)


# Tampering, of every kind with every column.

#: What no record, list or page is made of.
UNCHANGED = {
    "claims_columnchunk": {"last"}, "claims_secondopinion": {"id", "created"}, "claims_person": {"id"},
    "claims_card": {"id"}, "claims_publication_topics": {"id"}, "claims_publication_articles": {"id"},
}  # fmt: skip
TABLES = [
    Publication,
    Card,
    Publication.topics.through,
    Publication.articles.through,
    SecondOpinion,
    Person,
    ColumnChunk,
]


def other_value(field, value):
    """Return another value that the column may hold."""
    match field:
        case models.BooleanField():
            return not value
        case models.UUIDField():
            return "01890000-0000-7000-8000-00000000000f"
        case models.DateTimeField():
            return "2001-02-03 04:05:06+00:00"
        case models.DateField():
            return "2001-02-03"
        case models.JSONField():
            return '{"a": 1}'
        case models.BinaryField():
            return b"x"
        case models.IntegerField() | models.AutoField():
            return (value or 0) + 1000
        case models.CharField() | models.TextField():
            return ("0" if value != "0" * 64 else "1") * 64 if len(str(value)) == 64 else "x"
    return None


def kinds():
    """Yield (name, what does it) of each way to tamper with the chain."""
    for model in TABLES:
        table = model._meta.db_table
        for field in model._meta.local_concrete_fields:
            if field.column in UNCHANGED.get(table, ()):
                continue
            for how in (change, blank, swap):
                yield f"{how.__name__} {table}.{field.column}", (how, model, field)
        yield f"delete {table}", (delete, model, None)
        yield f"insert {table}", (insert, model, None)


UID = "01890000000070008000000000000001"
#: What a row that is inserted has of its own: a copy of the newest one with another key.
OF_ITS_OWN = {
    Publication: {"sequence": "sequence + 1000", "number": "number + 1000", "slug": "'x'", "claim_id": f"'{UID}'"},
    Card: {"sequence": "sequence + 1000", "number": "number + 1000", **{f"{link}_id": "NULL" for link in LINKS}},
    SecondOpinion: {"uid": f"'{UID}'", "by_id": "(SELECT min(id) FROM auth_user)"},
    Publication.topics.through: {"topic_id": "(SELECT max(id) FROM claims_topic)"},
    Publication.articles.through: {"article_id": "(SELECT max(id) FROM claims_article)"},
}


def delete(cursor, model, field, rows):
    cursor.execute(
        f"DELETE FROM {model._meta.db_table} WHERE {model._meta.pk.column} = %s", [rows[0][model._meta.pk.attname]]
    )
    return model is not ColumnChunk  # which is made anew where it is missing


def insert(cursor, model, field, rows):
    if model not in OF_ITS_OWN:  # a person who signed nothing, columns of places that are not there
        return False
    table, key = model._meta.db_table, model._meta.pk.column
    columns = [f.column for f in model._meta.local_concrete_fields if f.column != key]
    values = ", ".join(OF_ITS_OWN[model].get(column, column) for column in columns)
    into = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {key} = %s"
    cursor.execute(into, [rows[0][key]])
    return True


def swap(cursor, model, field, rows):
    other = next((row for row in rows[1:] if row[field.attname] != rows[0][field.attname]), None)
    if other is None or field.unique or field.primary_key:
        return False
    put(cursor, model, field, rows[0], other[field.attname])
    put(cursor, model, field, other, rows[0][field.attname])
    return True


def change(cursor, model, field, rows):
    value = rows[0][field.attname]
    if field.remote_field:
        key = field.target_field.attname
        others = field.related_model._default_manager.exclude(**{key: value}).values_list(key, flat=True)
        new = others.first()
    else:
        new = other_value(field, value)
    return new != value and put(cursor, model, field, rows[0], new)


def blank(cursor, model, field, rows):
    value = rows[0][field.attname]
    new = None if field.null else {str: "", bytes: b""}.get(type(value), 0)
    is_json = isinstance(field, models.JSONField)
    return new != value and not is_json and put(cursor, model, field, rows[0], new)


def put(cursor, model, field, row, value):
    """Write a value past the model, as its field would store it where that can."""
    given = field.get_db_prep_save(value, connection) if value not in ("", 0, "x", '{"a": 1}') else value
    where = f"WHERE {model._meta.pk.column} = %s"
    cursor.execute(
        f"UPDATE {model._meta.db_table} SET {field.column} = %s {where}", [given, row[model._meta.pk.attname]]
    )
    return True


def tamper(cursor, how, model, field):
    """Tamper with the newest row; whether anything is other than it was."""
    rows = list(model._default_manager.order_by("-pk").values())
    return how(cursor, model, field, rows)


@pytest.mark.slow
@pytest.mark.database("sqlite")
def test_verify_finds_every_kind_of_tampering(signed, record_property):
    with desk.past_the_triggers(), connection.constraint_checks_disabled():
        assert [fault for fault in chain_faults() if "triggers" not in fault] == []
        outcomes = {name: outcome_of(*how) for name, how in kinds()}
    for outcome in ("found", "refused", "no change"):
        record_property(outcome, [name for name, is_so in outcomes.items() if is_so == outcome])
    assert [name for name, outcome in outcomes.items() if outcome == "missed"] == []
    assert list(outcomes.values()).count("found") > 130
    assert not list(chain_faults())


def outcome_of(how, model, field):
    """What became of one kind of tampering, which is then undone: refused by the database, or found by verify."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            is_changed = tamper(cursor, how, model, field)
            faults = [fault for fault in chain_faults() if "triggers" not in fault] if is_changed else []
            transaction.set_rollback(True)
    except (IntegrityError, ProgrammingError, DataError):
        return "refused"
    return "no change" if not is_changed else "found" if faults else "missed"


def test_verify_says_when_the_triggers_are_missing(signed):
    triggers.remove(connection)
    assert any("triggers" in fault for fault in chain_faults())
    triggers.ensure(connection)
    assert not list(chain_faults())
