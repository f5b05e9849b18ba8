"""Publications in other forms, made from them and to be made anew at any time: columns and vectors."""

from __future__ import annotations

from django.db import models

from claims.models.publications import Publication


class ColumnChunk(models.Model):  # noqa: DJ008 — nobody sees one
    """The publications of some places of the chain in the form that search/snapshot.py reads at once."""

    last = models.PositiveBigIntegerField(primary_key=True, help_text="The last place in the chain that it holds.")
    chain_hash = models.CharField(max_length=64)
    data = models.BinaryField()

    class Meta:
        default_permissions = ()

    @property
    def end_of_this_chain(self) -> str:
        """The chain hash of the last publication that it holds, as the chain is now; "" where it holds none."""
        newest = Publication.objects.filter(sequence__lte=self.last).order_by("-sequence")
        return newest.values_list("chain_hash", flat=True).first() or ""

    @property
    def is_of_this_chain(self) -> bool:
        """Whether the publication at its end is still the one that it was made from."""
        return self.end_of_this_chain == self.chain_hash


class PublicationVector(models.Model):  # noqa: DJ008
    """The meaning of a publication as a sentence model has it. Derived: `manage.py reindex --vectors` makes it anew."""

    sequence = models.BigIntegerField()  # its place in the chain
    chain_hash = models.CharField(max_length=64)  # of the publication it was made of
    model = models.CharField(max_length=60)
    vector = models.BinaryField()  # signed bytes, one for each dimension

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sequence", "model"], name="claims_publicationvector_once")]
        indexes = [models.Index(fields=["model", "id"], name="claims_vector_model")]
