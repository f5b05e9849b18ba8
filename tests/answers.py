"""What an address answers, read as its reader reads it."""

import feedparser


def get(client, address, status=200, **query):
    answer = client.get(address, query)
    assert answer.status_code == status, answer.content
    return answer.json()


def feed_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    found = feedparser.parse(answer.content)
    assert not found.bozo, found.get("bozo_exception")
    return found
