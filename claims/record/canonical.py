"""A record's bytes and the hashes over them: RFC 8785 canonical JSON, SHA-256. Pure."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

#: The chain_hash that stands before the first publication.
CHAIN_START = "0" * 64


def canonical(document: dict[str, Any]) -> bytes:
    """Return the RFC 8785 canonical JSON of a record's JSON values, in UTF-8.

    A record has ASCII keys and no fractions; for those, sorting by bytes is sorting by UTF-16, and
    orjson writes strings and whole numbers as the RFC does.
    """
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def without_moment(values: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON values of a record or card without when it is published, as they are proposed."""
    return {name: value for name, value in values.items() if name not in {"published_at", "signed_at"}}


def record_hash(document: dict[str, Any]) -> str:
    """Return the hexadecimal SHA-256 of the canonical record."""
    return hashlib.sha256(canonical(document)).hexdigest()


def chain_hash(previous: str, record_sha256: str, number: int, signers: str = "") -> str:
    """Return the SHA-256 that ties a publication or card to the one before it in the whole database.

    The input is the previous chain_hash (CHAIN_START for the first), this record's hash, its number in
    decimal digits and the hash of its signers, joined by line feeds; without the last where nobody signed.
    """
    signed = f"\n{signers}" if signers else ""
    return hashlib.sha256(f"{previous}\n{record_sha256}\n{number}{signed}".encode()).hexdigest()
