"""By an order, and by two people, the content of a version is taken out; its place, dates and hashes stay."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from claims import matching, search, workflow
from claims.interchange import exports
from claims.interchange.formats import fixture
from claims.matching import embeddings, vectors
from claims.matching.machine import SharedFile
from claims.models import Card, Claim, ColumnChunk, Proposal, Publication, PublicationVector, Source
from claims.record.verification import chain_faults
from claims.search import column_chunks, index
from tests import desk
from tests.desk_forms import sign_in
from tests.test_fixture import empty, load
from tests.test_withholding import PUBLIC, body

pytestmark = pytest.mark.django_db

WORDS = ("zeppelin", "gasbag", "admiral")


@pytest.fixture
def corrected(db, monkeypatch):
    """A claim whose first version says what a court forbids, and the second does not; and columns kept of both."""
    monkeypatch.setattr(column_chunks, "CHUNK", 3)
    made = desk.with_evidence(
        desk.claim(slug="sank-zeppelins", statement="The admiral sank twelve zeppelins.", summary="A gasbag was seen.",
                   claimant=desk.source("admiral"))
    )  # fmt: skip
    made.topics.add(desk.topic())
    desk.appear(made, desk.article(), "ten ships")
    first = desk.published(made)
    again = desk.republished(
        first, verdict="mixed", note="Ships, not what we wrote.", slug="sank-ships", statement="Somebody sank ships.",
        summary="Ships were seen.", claimant=desk.source(),
    )  # fmt: skip
    PublicationVector.objects.create(sequence=first.sequence, chain_hash="x", model="m", vector=b"x")
    return first, again


@pytest.mark.django_db(transaction=True)
@pytest.mark.database("sqlite")
def test_its_vector_is_gone_from_the_workers_file_too(corrected):
    first, _ = corrected
    matching.match("Somebody sank ships.")
    redact(first)
    for model in embeddings.models():
        assert not SharedFile(f"{model.NAME}.vectors").size
    matching.match("Somebody sank ships.")
    for model in embeddings.models():
        assert first.sequence not in vectors._kept[model.NAME].keys["sequence"].tolist()


def propose(publication, note="By order of the district court, case 12/2026."):
    return workflow.cards.propose(publication, by=desk.person("editor"), note=note)


def redact(publication):
    proposal = propose(publication)
    workflow.cards.approve(proposal, by=desk.person("approver"), seal=proposal.seal)
    return Publication.objects.get(pk=publication.pk)


def test_its_content_is_nowhere_that_is_made_from_it_and_its_place_and_hashes_stand(client, corrected):
    first, _ = corrected
    gone = redact(first)
    kept = ("sequence", "number", "kind", "published_at", "record_hash", "chain_hash", "signers", "approved_by")
    assert [getattr(gone, name) for name in kept] == [getattr(first, name) for name in kept]
    assert (gone.record, gone.statement, gone.claimant, list(gone.topics.all())) == ({}, "", None, [])
    assert not PublicationVector.objects.filter(sequence=first.sequence).exists()
    assert not any(word in str(row).lower() for row in Proposal.objects.values() for word in WORDS if row["claim_id"])
    result = search.find("zeppelins")
    assert result is None or not len(result.sequences)
    known = search.known_words({"admiral", "twelve", "zeppelins", "sank", "ships", "somebody"})
    assert known == {"sank", "ships", "somebody"}  # by which a mistyped word would be put right
    assert search.corrected("zepelins") == "zepelins"


def test_a_word_that_shares_its_stem_with_anothers_is_forgotten_and_one_that_others_have_stays(corrected):
    first, _ = corrected
    desk.published(statement="One zeppelin was seen by an admiral.")
    redact(first)
    assert search.known_words({"zeppelins", "zeppelin", "admiral"}) == {"zeppelin", "admiral"}


def test_readers_see_no_word_of_it_and_what_stands_now_stands(client, corrected):
    first, again = corrected
    redact(first)
    paths = [path.format(slug="sank-zeppelins", today="2026-01-01") for path in PUBLIC] + [again.get_version_url()]
    told = {path: [word for word in WORDS if word in body(client, path)] for path in paths}
    echoed = {path for path in paths if "zeppelin" in path}
    about_the_source = {path for path in paths if path.startswith(("/export/fixture", "/api/v1/sources"))}
    assert [path for path, words in told.items() if words and path not in echoed | about_the_source] == []
    assert "Somebody sank ships." in client.get(again.get_absolute_url()).content.decode()


def test_its_address_says_by_whose_order(client, corrected):
    first, _ = corrected
    redact(first)
    for path in ("/claims/sank-zeppelins/v/1/", "/claims/sank-zeppelins/"):
        answer = client.get(path)
        assert answer.status_code == 451
        assert "case 12/2026" in answer.content.decode()
    assert "case 12/2026" in client.get("/corrections/").content.decode()


def test_a_day_on_which_it_stood_says_that_it_is_redacted(client, corrected):
    first, again = corrected
    with desk.past_the_triggers():
        Publication.objects.filter(pk=first.pk).update(published_at="2025-01-30T12:00:00Z")
    redact(first)
    answer = client.get(f"{again.get_absolute_url()}?as_of=2025-02-01")
    assert answer.status_code == 451
    assert "case 12/2026" in answer.content.decode()
    assert client.get(f"{again.get_absolute_url()}?as_of=2025-01-01").status_code == 404


def test_verify_says_redacted_and_not_changed(corrected, capsys):
    redact(corrected[0])
    assert not list(chain_faults())
    call_command("verify")
    assert "1 of them redacted" in capsys.readouterr().out
    ColumnChunk.objects.get(last=3)
    for _ in index.rebuild(connection):
        pass


def test_it_takes_two_people_and_a_public_reason(corrected):
    both = desk.person("approver")
    proposal = workflow.cards.propose(corrected[0], by=both, note="By order.")
    with pytest.raises(workflow.NotPermittedError, match="somebody else"):
        workflow.cards.approve(proposal, by=both, seal=proposal.seal)
    workflow.cards.refuse(proposal, by=both, answer="A slip.")
    with pytest.raises(workflow.NotReadyError, match="by whose order"):
        propose(corrected[0], note=" ")
    with pytest.raises(workflow.NotPermittedError):
        workflow.cards.propose(corrected[0], by=desk.person("contributor"), note="By order.")
    assert not Publication.objects.redacted().exists()


def test_what_stands_is_corrected_or_retracted_first(corrected):
    with pytest.raises(workflow.WrongStateError, match="correct or retract it first"):
        propose(corrected[1])
    tombstone = desk.retracted(corrected[1].claim, "Taken back.")
    redact(tombstone)
    redact(corrected[0])
    with pytest.raises(workflow.WrongStateError, match="redacted already"):
        propose(Publication.objects.get(pk=corrected[0].pk))
    assert not list(chain_faults())


@pytest.mark.parametrize("page", ["preview", "difference", "change", "history"])
def test_the_desk_goes_on_with_a_claim_whose_tombstone_is_redacted(client, corrected, page):
    redact(desk.retracted(corrected[1].claim, "Taken back."))
    sign_in(client, "editor")
    claim = Claim.objects.get(uid=corrected[0].claim_id)
    answer = client.get(claim.get_absolute_url().replace("/change/", f"/{page}/"), follow=True)
    assert answer.status_code == 200


def test_the_database_lets_nothing_be_emptied_without_a_redaction_nor_filled_after_it(corrected):
    first, again = corrected
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Publication.objects.filter(pk=again.pk).update(record={}, statement="")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Publication.topics.through.objects.filter(publication=again).delete()
    redact(first)
    for forged in ({"statement": "Forged."}, {"record": {"a": 1}}, {"number": 7}, {"record_hash": "0" * 64}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Publication.objects.filter(pk=first.pk).update(**forged)


@pytest.mark.parametrize("forged", [{"note": "x"}, {"statement": "x"}, {"record": {"a": 1}}, {"number": 7}])
def test_verify_finds_what_is_done_to_a_redacted_version(corrected, forged):
    redact(corrected[0])
    with desk.past_the_triggers():
        Publication.objects.filter(pk=corrected[0].pk).update(**forged)
    assert list(chain_faults())


def test_verify_finds_what_was_emptied_without_a_redaction(corrected):
    with desk.past_the_triggers():
        Publication.objects.filter(pk=corrected[0].pk).update(record={}, statement="")
    assert any("no redaction says so" in fault for fault in chain_faults())


@pytest.mark.parametrize("scope", ["all", "public"])
def test_a_copy_holds_it_as_it_is_and_verifies(corrected, scope):
    redact(corrected[0])
    objects = {"all": exports.all_objects, "public": exports.public_objects}[scope]
    text = "".join(fixture.write(objects()))
    empty()
    load(text)
    assert "".join(fixture.write(objects())) == text
    assert Publication.objects.redacted().count() == 1
    assert not list(chain_faults())


def test_a_file_that_empties_a_version_without_a_redaction_is_refused(corrected):
    redact(corrected[0])
    text = "".join(fixture.write(exports.all_objects()))
    rows = [row for row in fixture.read(text.encode()) if not (row.model is Card and row.fields["kind"] == "redaction")]
    empty()
    from claims.interchange.imports import fixtures

    with pytest.raises(fixture.FixtureError, match="no redaction says so"):
        fixtures.bring_in(rows, desk.importer())


def test_the_page_of_a_related_claim_says_what_stands_and_not_what_was_redacted(client):
    made = desk.with_evidence(desk.claim(slug="hid-it", statement="The kaiser hid a dirigible."))
    first = desk.published(made)
    related = desk.with_evidence(desk.claim(slug="related"))
    related.relations_from.create(to_claim=made, kind="contradicts")
    desk.published(related)
    desk.republished(first, statement="Somebody hid something.", note="Corrected.")
    redact(first)
    page = client.get("/claims/related/").content.decode()
    assert "Somebody hid something." in page
    assert "dirigible" not in page


@pytest.mark.parametrize("name", ["jsonl", "csv", "stix", "google", "claimreview", "annotation"])
def test_every_format_of_the_command_goes_on_without_it(corrected, tmp_path, name):
    redact(corrected[0])
    call_command("export", str(tmp_path / "out"), format=name, versions="all", site="https://x.example")
    text = (tmp_path / "out").read_text().lower()
    assert "somebody sank ships" in text
    assert "zeppelin" not in text


def test_a_copy_that_follows_takes_the_content_out_too(corrected):
    before = "".join(fixture.write(exports.public_objects()))
    redact(corrected[0])
    after = "".join(fixture.write(exports.public_objects()))
    empty()
    load(before)
    load(after)
    assert Publication.objects.redacted().count() == 1
    assert not list(chain_faults())


@pytest.mark.parametrize("path", ["v/1/", "?as_of=2020-01-01", ""])
def test_the_desk_opens_its_addresses_as_readers_do(client, corrected, path):
    gone = redact(corrected[0])
    sign_in(client, "editor")
    for slug in (gone.slug, "sank-zeppelins", "sank-ships"):
        assert client.get(f"/claims/{slug}/{path}").status_code in {200, 301, 404, 451}


def test_the_desk_proposes_on_the_version_and_approves_on_the_proposal(client, corrected):
    first, _ = corrected
    sign_in(client, "editor")
    page = client.get(reverse("admin:claims_publication_change", args=[first.pk])).content.decode()
    assert "Propose to redact" in page
    client.post(reverse("admin:claims_redact", args=[first.pk]), {"public_note": "By order of a court."})
    proposal = Proposal.objects.get(card_kind="redaction")
    sign_in(client, "approver")
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert "By order of a court." in page
    client.post(reverse("admin:claims_decide", args=[proposal.pk]), {"_decide": "approve", "seal": proposal.seal})
    assert Publication.objects.redacted().get().pk == first.pk
    assert Source.objects.filter(slug="admiral").exists()  # the desk's own rows are the desk's to erase
