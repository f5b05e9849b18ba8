"""Django fixtures: lossless, deterministic, one object per block, without database ids.

Pure: objects to text, text to rows. Accounts travel as names only, without password and inactive.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import models

from claims.models import (
    Alias,
    Appearance,
    Article,
    Batch,
    BatchItem,
    Card,
    Claim,
    ClaimRelation,
    Comment,
    DismissedSentence,
    Evidence,
    Match,
    Page,
    Person,
    Proposal,
    Publication,
    RatingWords,
    ReplyRequest,
    SecondOpinion,
    Source,
    Suggestion,
    Topic,
    Translation,
    Withholding,
)
from claims.text import cleaning

#: Every model of a fixture, in the order in which one needs the other.
MODELS: tuple[type[models.Model], ...] = (
    User,
    Person,
    Source,
    Topic,
    Article,
    Claim,
    Appearance,
    Evidence,
    ReplyRequest,
    Translation,
    ClaimRelation,
    SecondOpinion,
    Comment,
    Batch,
    BatchItem,
    Proposal,
    Withholding,
    DismissedSentence,
    Suggestion,
    Match,
    Page,
    RatingWords,
    Alias,
    Card,
    Publication,
)
MODEL_BY_LABEL = {model._meta.label_lower: model for model in MODELS}
#: Fields that exports of earlier versions do not have, and what they then are.
ADDED: dict[type[models.Model], dict[str, Any]] = {
    Publication: {
        **dict.fromkeys(("submitter_salt", "approver_salt", "opinions_sha256", "signers"), ""),
        "reported": [],
        **dict.fromkeys(("made_until", "event_on", "event_until")),
        "event_precision": "",
    },
    Appearance: {"reported": None},
    Card: {"merged_into": ""},
    Source: {"merged_into": ""},
    Topic: {"merged_into": ""},
    Article: {"published_on_precision": "day", "published_until": None, "published_reason": ""},
    Claim: {
        **dict.fromkeys(("rechecked_since", "made_until", "event_on", "event_until", "merged_into")),
        "made_reason": "",
        "event_precision": "day",
    },
}
MAX_BYTES = 512 * 1024 * 1024
MAX_ERRORS = 50  # reading stops after so many


@dataclass(frozen=True)
class Row:
    """One object of a fixture: its place among the objects (from 1), its line, its block."""

    number: int
    line: int
    model: type[models.Model]
    fields: dict[str, Any]

    @property
    def place(self) -> str:
        return f"line {self.line}, object {self.number} ({self.model._meta.label_lower})"


class FixtureError(Exception):
    """A fixture that cannot be taken; `problems` says where, what and the remedy."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def write(objects: Iterable[models.Model]) -> Iterator[str]:
    """Yield the text of a fixture; the same objects give the same bytes."""
    opening = "[\n"
    for obj in objects:
        yield opening + json.dumps(block(obj), indent=1, ensure_ascii=False, default=_as_json)
        opening = ",\n"
    yield "[]\n" if opening == "[\n" else "\n]\n"


def block(obj: models.Model) -> dict[str, Any]:
    """Return an object as its fixture block, with natural keys for itself and what it names."""
    if isinstance(obj, User):
        return {"model": "auth.user", "fields": {"username": obj.username, "password": "!", "is_active": False}}
    fields: dict[str, Any] = {}
    for field in obj._meta.local_fields:
        if not field.primary_key:
            fields[field.name] = _value(obj, field)
    for relation in obj._meta.local_many_to_many:
        fields[relation.name] = sorted(list(item.natural_key()) for item in getattr(obj, relation.name).all())
    return {"model": obj._meta.label_lower, "fields": fields}


def plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a block's fields as the JSON values they are written as."""
    result: dict[str, Any] = json.loads(json.dumps(fields, default=_as_json))
    return result


def read(content: bytes) -> list[Row]:
    """Return the rows of a fixture; raises FixtureError that names line and object of each problem."""
    if len(content) > MAX_BYTES:
        raise FixtureError([f"The file has {len(content):,} bytes; the limit is {MAX_BYTES:,}. Split it."])
    text = _decode(content)
    rows: list[Row] = []
    problems: list[str] = []
    for number, (line, value) in enumerate(_objects(text), 1):
        problem = _problem(_completed(value))
        if problem:
            problems.append(f"line {line}, object {number}: {problem}")
            if len(problems) >= MAX_ERRORS:
                break
        else:
            rows.append(Row(number, line, MODEL_BY_LABEL[value["model"]], value["fields"]))
    if problems:
        raise FixtureError(problems)
    return rows


def _value(obj: models.Model, field: Any) -> Any:
    if isinstance(obj, Publication) and field.name == "claim":
        return str(obj.claim_id)
    if field.is_relation:
        related = getattr(obj, field.name)
        return list(related.natural_key()) if related is not None else None
    value = field.value_from_object(obj)
    return _sorted(value) if isinstance(field, models.JSONField) else value


def _sorted(value: Any) -> Any:
    """Return JSON with its keys in order: databases keep them in orders of their own."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _as_json(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a fixture.")


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FixtureError([f"line {line}: the file is not UTF-8 (byte {error.start}). Save it as UTF-8."]) from error


def _objects(text: str) -> Iterator[tuple[int, Any]]:
    """Yield (line, value) of each element of the outer list."""
    decoder = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_unique_keys)
    position, line, counted = _skip(text, 0), 1, 0
    if text[position : position + 1] != "[":
        raise FixtureError(["line 1: a fixture is a JSON list of objects; this file does not begin with “[”."])
    position = _skip(text, position + 1)
    mark = text[position : position + 1]
    if mark == "]":
        position = _skip(text, position + 1)
    while mark != "]":
        line, counted = line + text.count("\n", counted, position), position
        try:
            value, end = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            raise FixtureError([f"line {error.lineno}, column {error.colno}: no valid JSON: {error.msg}."]) from error
        except RecursionError as error:
            raise FixtureError([f"line {line}: nested too deeply for a fixture."]) from error
        except ValueError as error:
            raise FixtureError([f"line {line}: no valid JSON: {error}."]) from error
        yield line, value
        position = _skip(text, end)
        mark, position = text[position : position + 1], _skip(text, position + 1)
        if mark not in {",", "]"}:
            raise FixtureError([f"line {text.count(chr(10), 0, end) + 1}: after an object comes “,” or “]”."])
    if position < len(text):
        raise FixtureError([f"line {text.count(chr(10), 0, position) + 1}: the file goes on after its list has ended."])


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _completed(value: Any) -> Any:
    """Return a block with the fields that its model had not when it was written."""
    if isinstance(value, dict) and isinstance(value.get("fields"), dict) and isinstance(value.get("model"), str):
        value["fields"] = {**ADDED.get(MODEL_BY_LABEL.get(value["model"], User), {}), **value["fields"]}
    return value


def _problem(value: Any) -> str:
    """Return what is wrong with the outside of a block, or ""."""
    if not isinstance(value, dict) or not isinstance(value.get("fields"), dict):
        return "an object has “model” and “fields”."
    label = value.get("model")
    model = MODEL_BY_LABEL.get(label) if isinstance(label, str) else None
    if model is None:
        return f"unknown model “{label}”; use one of {', '.join(MODEL_BY_LABEL)}."
    if extra := set(value) - {"model", "fields"}:
        return f"“{min(extra)}” does not belong here: objects are known by their natural key."
    if text := _unstorable(value["fields"]):
        return f"{text} holds a character that no database stores (NUL or half of a surrogate pair)."
    if model is User:
        return "" if isinstance(value["fields"].get("username"), str) else "fields.username is missing."
    names = {
        field.name for field in (*model._meta.local_fields, *model._meta.local_many_to_many) if not field.primary_key
    }
    if missing := names - set(value["fields"]):
        return f"fields.{min(missing)} is missing."
    if unknown := set(value["fields"]) - names:
        return f"fields.{min(unknown)} is not a field of {model._meta.label_lower}."
    return ""


def _unstorable(fields: dict[str, Any]) -> str:
    for name, value in fields.items():
        if cleaning.holds_unstorable(value):
            return f"fields.{name}"
    return ""
