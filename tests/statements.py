"""Three statements to look others up against."""

import pytest
from django.test import TestCase

from claims.matching import embeddings
from tests import desk

ROCKETS = "The ministry supplied rockets to the Wagner group by the end of 2022."
COAL = "Coal worth 90 million dollars was shipped from Rason in 2023."
HOSPITAL = "A hospital in Kursk was rebuilt by foreign workers."

with_model = pytest.mark.skipif(embeddings.english() is None, reason="factcheck[matching] is not installed")


def publish(statement, **fields):
    """Publish, and let what follows a commit follow."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return desk.published(statement=statement, summary=statement, **fields)
