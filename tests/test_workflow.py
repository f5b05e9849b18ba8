import pytest

from tests import desk


@pytest.mark.django_db
def test_publish():
    p = desk.published()
    assert p.record["verdict"] == "false"


@pytest.mark.django_db(transaction=True)
def test_publish_tx():
    p = desk.published()
    assert p.sequence == 1
