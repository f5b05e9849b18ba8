"""Vectors of the statements: made when one is published, kept in a file that all workers of a machine share."""

import numpy as np
import pytest
from django.core.management import call_command

from claims import matching
from claims.matching import embeddings, vectors
from claims.models import Publication, PublicationVector
from tests.statements import COAL, ROCKETS, publish, with_model
from tests.test_matching import columns, statements

pytestmark = pytest.mark.database("sqlite")


@with_model
@pytest.mark.database("sqlite", "postgresql")
class TestVectors:
    def test_what_the_workflow_publishes_has_its_vector_at_once(self, published):
        places = set(Publication.objects.values_list("sequence", flat=True))
        for model in embeddings.models():
            made = PublicationVector.objects.filter(model=model.NAME).values_list("sequence", flat=True)
            assert set(made) == places

    def test_bytes_keep_the_meaning(self):
        for model in embeddings.models():
            made = model.embed([ROCKETS, COAL, "북한 군인이 러시아에 갔다", "x"])
            kept = np.array([np.frombuffer(vectors.to_bytes(model, one), np.int8) for one in made]) / model.SCALE
            assert np.allclose((made * kept).sum(axis=1), 1, atol=0.01), model.NAME

    def test_claims_without_vectors_yet_are_answered_and_reindex_makes_the_rest(self, published, capsys):
        PublicationVector.objects.all().delete()
        assert statements(matching.match(ROCKETS)) == [ROCKETS]
        made = set(PublicationVector.objects.values_list("pk", flat=True))
        assert made
        call_command("reindex", vectors=True)
        assert made <= set(PublicationVector.objects.values_list("pk", flat=True))  # none is made twice
        call_command("reindex", vectors=True)
        assert "Every claim has its vectors already." in capsys.readouterr().out
        assert not any(vectors.missing(model).exists() for model in embeddings.models())
        assert statements(matching.match(ROCKETS)) == [ROCKETS]

    def test_a_vector_of_another_publication_in_the_same_place_is_not_used(self, published):
        PublicationVector.objects.update(chain_hash="0" * 64)
        for model in embeddings.models():
            assert vectors.missing(model).count() == 3
            kept = vectors.of(model, columns(), columns().standing())
            assert len(kept.nearest(np.ones(model.SIZE, dtype=np.float32), 5)) == 0

    def test_the_workers_of_a_machine_share_one_file(self, published, monkeypatch):
        matching.match(ROCKETS)
        for model in embeddings.models():
            mine, count = vectors._kept[model.NAME], PublicationVector.objects.filter(model=model.NAME).count()
            monkeypatch.setattr(
                vectors._StoredVectors, "_append", lambda self: pytest.fail("read from the table again")
            )
            other = vectors._StoredVectors(model)
            assert other.count == mine.count >= count
            assert (other.map == mine.map).all() and (other.keys == mine.keys).all()
            assert mine.file.path.stat().st_mode & 0o077 == 0

    def test_while_another_worker_reads_the_table_what_is_there_answers(self, published):
        model = embeddings.models()[0]
        matching.match(ROCKETS)
        with vectors._kept[model.NAME].file.alone() as is_mine:
            assert is_mine
            publish("Penguins were seen near the harbour.")
            assert statements(matching.match(ROCKETS)) == [ROCKETS]
        assert statements(matching.match("Penguins have been observed close to the port"))[:1] == [
            "Penguins were seen near the harbour."
        ]

    def test_many_are_read_little_by_little_and_each_search_answers_with_what_is_there(self, published, monkeypatch):
        monkeypatch.setattr(vectors, "_APPENDED", 1)
        monkeypatch.setattr(vectors, "_READING", 0)
        model = embeddings.models()[0]
        vectors._StoredVectors(model).file.give_up()
        counts = [vectors.of(model, columns(), columns().standing()).count for _ in range(3)]
        assert counts == [1, 2, 3]

    def test_a_row_that_was_half_written_when_a_worker_was_killed_does_not_count(self, published):
        model = embeddings.models()[0]
        matching.match(ROCKETS)
        kept = vectors._kept[model.NAME]
        kept.file.append(b"half a row", kept.count * kept.row.itemsize)
        publish("Penguins were seen near the harbour.")
        assert vectors._StoredVectors(model).count == kept.count
        assert statements(matching.match(ROCKETS)) == [ROCKETS]
        assert vectors._StoredVectors(model).count == kept.count == len(kept.map)

    def test_a_file_of_a_table_that_was_made_anew_is_given_up(self, published):
        matching.match(ROCKETS)
        PublicationVector.objects.all().delete()
        call_command("reindex", vectors=True)
        PublicationVector.objects.update(chain_hash="0" * 64)
        for model in embeddings.models():
            kept = vectors.of(model, columns(), columns().standing())
            assert set(vectors._kept[model.NAME].keys["chain"].tolist()) == {0}
            assert len(kept.nearest(np.ones(model.SIZE, dtype=np.float32), 5)) == 0

    def test_one_vector_that_was_replaced_or_taken_out_costs_no_reading_of_all(self, published):
        matching.match(ROCKETS)
        for model in embeddings.models():
            kept = vectors._kept[model.NAME]
            PublicationVector.objects.filter(model=model.NAME, pk=kept.last).delete()
            vectors.of(model, columns(), columns().standing())
            assert vectors._kept[model.NAME] is kept

    def test_where_no_file_can_be_written_words_still_answer(self, published, monkeypatch):
        def full(self, data, at):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(vectors.SharedFile, "append", full)
        publish("Penguins were seen near the harbour.")
        assert statements(matching.match(ROCKETS)) == [ROCKETS]

    def test_one_published_meanwhile_is_found_by_its_meaning(self, published):
        matching.match(ROCKETS)
        publish("Penguins were seen near the harbour.")
        assert statements(matching.match("Penguins have been observed close to the port"))[:1] == [
            "Penguins were seen near the harbour."
        ]
