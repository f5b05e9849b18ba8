"""Other names of what a query speaks of: of states and organisations, known to all, and of the desk's own table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Q

from claims.models import Alias
from claims.text import stems
from claims.text.aliases import MOST, Name, known_names, names_in

WORDS = 100  # of a text that are looked at
_ROWS = 200  # of the desk's table that one text takes
_PARTICLES = 2  # signs at most after a Korean name
_HANGUL = re.compile(r"[\uac00-\ud7a3]{3,}")


def other_names(words: Sequence[str]) -> dict[int, tuple[Name, ...]]:
    """Return for each word of a name, by its place, the other names of the same; where names overlap, of the longer."""
    keys = names_in(words[:WORDS])
    known = {key: names for key in set(keys.values()) if (names := _known(key))}
    of_the_desk = _desk_names({*keys.values(), *(name.key for names in known.values() for name in names)})
    found: dict[int, tuple[Name, ...]] = {}
    for (start, end), key in keys.items():
        of_all = known.get(key, ())
        same = [*of_all, *(name for one in (key, *(name.key for name in of_all)) for name in of_the_desk.get(one, ()))]
        others = {name.key: name for name in same if name.key != key}
        if others and not found.keys() & set(range(start, end)):
            found |= dict.fromkeys(range(start, end), tuple(others.values())[:MOST])
    return found


def as_most_say(text: str) -> str:
    """Return a text with the name that most claims use in the place of each other name of the desk's table."""
    words = stems.WORD.findall(text)[:WORDS]
    keys = names_in(words)
    found = _desk_names(set(keys.values()))
    for (start, end), key in keys.items():
        if key in found and found[key][0].key != key:
            said = r"\W+".join(map(re.escape, words[start:end]))
            text = re.sub(rf"(?<!\w){said}(?!\w)", found[key][0].text.replace("\\", r"\\"), text)
    return text


def _desk_names(keys: set[str]) -> dict[str, tuple[Name, ...]]:
    """Return by each of some names all that the desk's table has for the same, the one that most claims use first."""
    rows = Alias.objects.filter(Q(name_key__in=keys) | Q(alias_key__in=keys)).values("name_key")[:_ROWS]
    groups: dict[str, dict[str, Name]] = {}
    for name_key, alias_key, name, alias, language in Alias.objects.filter(
        name_key__in=list({row["name_key"] for row in rows})
    ).values_list("name_key", "alias_key", "name", "alias", "language")[:_ROWS]:
        group = groups.setdefault(name_key, {name_key: Name(name, settings.LANGUAGE_CODE)})
        group[alias_key] = Name(alias, language)
    return {key: tuple(group.values()) for group in groups.values() for key in group if key in keys}


def _known(key: str) -> tuple[Name, ...]:
    endings = range(_PARTICLES + 1) if _HANGUL.fullmatch(key) else range(1)
    return next((names for cut in endings if (names := known_names(key[: len(key) - cut]))), ())
