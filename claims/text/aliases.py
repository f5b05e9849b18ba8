"""Short names of states and organisations in full: one wording for texts that are compared. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from babel import Locale

from claims.text import stems

LONGEST = 6  # words of a name that is looked for
MOST = 12  # other names of one thing
VERSION = 1  # of the list: vectors made by another are made anew
#: as written, capitals and all → in full
ALIASES = {
    "DPRK": "North Korea", "D.P.R.K.": "North Korea", "ROK": "South Korea", "PRC": "China", "USSR": "Soviet Union",
    "UAE": "United Arab Emirates", "DRC": "Congo", "U.S.": "United States", "USA": "United States",
    "U.K.": "United Kingdom", "UK": "United Kingdom", "U.N.": "United Nations", "UN": "United Nations",
    "UNGA": "UN General Assembly", "UNSC": "UN Security Council", "WHO": "World Health Organization",
    "IAEA": "International Atomic Energy Agency", "IMF": "International Monetary Fund",
    "ICC": "International Criminal Court",
    "DNR": "Donetsk People's Republic", "DPR": "Donetsk People's Republic", "LNR": "Luhansk People's Republic",
    "LPR": "Luhansk People's Republic", "POTUS": "President of the United States", "AOC": "Alexandria Ocasio-Cortez",
    "SCOTUS": "Supreme Court of the United States", "FEMA": "Federal Emergency Management Agency",
    "КНДР": "Северная Корея", "США": "Соединённые Штаты", "ООН": "Организация Объединённых Наций",
    "СССР": "Советский Союз",
    "КНР": "Китай", "РФ": "Россия", "ДНР": "Донецкая народная республика", "ЛНР": "Луганская народная республика",
}  # fmt: skip
#: Other names that a search knows besides; texts are compared without them, so vectors do not depend on them.
_MORE = {
    "Türkiye": "Turkey", "Myanmar": "Burma", "United Kingdom": "Britain|Great Britain|UK", "Czechia": "Czech Republic",
    "Côte d’Ivoire": "Ivory Coast", "Eswatini": "Swaziland", "North Macedonia": "Macedonia", "Netherlands": "Holland",
    "United States": "US|USA|United States of America", "Russia": "Russian Federation", "Belarus": "Byelorussia",
    "North Korea": "Democratic People's Republic of Korea", "South Korea": "Republic of Korea", "Kyiv": "Kiev",
    "China": "People's Republic of China", "Democratic Republic of the Congo": "DRC|DR Congo", "Sri Lanka": "Ceylon",
    "North Atlantic Treaty Organization": "NATO", "European Union": "EU", "African Union": "AU",
    "Association of Southeast Asian Nations": "ASEAN", "Shanghai Cooperation Organisation": "SCO",
    "Collective Security Treaty Organization": "CSTO", "Commonwealth of Independent States": "CIS",
    "Organization for Security and Co-operation in Europe": "OSCE", "Council of Europe": "CoE",
    "Organization of the Petroleum Exporting Countries": "OPEC", "World Trade Organization": "WTO",
    "Organisation for Economic Co-operation and Development": "OECD", "International Court of Justice": "ICJ",
    "European Court of Human Rights": "ECHR|ECtHR", "International Labour Organization": "ILO",
    "Food and Agriculture Organization": "FAO", "World Food Programme": "WFP",
    "United Nations Children's Fund": "UNICEF",
    "United Nations High Commissioner for Refugees": "UNHCR|UN Refugee Agency", "European Central Bank": "ECB",
    "United Nations Educational, Scientific and Cultural Organization": "UNESCO", "World Bank": "IBRD",
    "UN Relief and Works Agency": "UNRWA", "Organisation for the Prohibition of Chemical Weapons": "OPCW",
    "International Committee of the Red Cross": "ICRC", "Intergovernmental Panel on Climate Change": "IPCC",
    "Nuclear Non-Proliferation Treaty": "NPT", "Joint Comprehensive Plan of Action": "JCPOA|Iran nuclear deal",
    "Central Intelligence Agency": "CIA", "Federal Bureau of Investigation": "FBI", "National Security Agency": "NSA",
    "Department of Homeland Security": "DHS", "Environmental Protection Agency": "EPA",
    "Internal Revenue Service": "IRS",
    "Centers for Disease Control and Prevention": "CDC", "Food and Drug Administration": "FDA",
    "Federal Reserve": "Fed", "Department of Justice": "DOJ", "Department of Defense": "Pentagon|DoD",
    "Immigration and Customs Enforcement": "ICE", "Transportation Security Administration": "TSA",
    "European Medicines Agency": "EMA", "National Health Service": "NHS", "Federal Security Service": "FSB|ФСБ",
    "Main Intelligence Directorate": "GRU|ГРУ", "Foreign Intelligence Service": "SVR|СВР",
    "Security Service of Ukraine": "SBU|СБУ", "Armed Forces of Ukraine": "AFU|ВСУ", "Korean People's Army": "KPA",
    "Korean Central News Agency": "KCNA", "National Intelligence Service": "NIS", "People's Liberation Army": "PLA",
    "Chinese Communist Party": "CCP|CPC", "Islamic Revolutionary Guard Corps": "IRGC",
    "Islamic State": "ISIS|ISIL|Daesh",
    "Israel Defense Forces": "IDF", "Palestinian Authority": "PNA", "Palestine Liberation Organization": "PLO",
    "Kurdistan Workers' Party": "PKK", "British Broadcasting Corporation": "BBC", "Associated Press": "AP",
    "Agence France-Presse": "AFP", "gross domestic product": "GDP", "artificial intelligence": "AI",
    "Prime Minister": "PM", "Member of Parliament": "MP", "Member of the European Parliament": "MEP",
    "District Attorney": "DA", "Attorney General": "AG", "weapons of mass destruction": "WMD",
    "intercontinental ballistic missile": "ICBM", "unmanned aerial vehicle": "UAV",
    "multiple rocket launcher": "MRL|MLRS", "coronavirus disease 2019": "COVID|COVID-19",
    "human immunodeficiency virus": "HIV",
}  # fmt: skip
_LANGUAGES = ("en", "ko", "ru", "de", "es", "fr")  # in which a search knows states
_IN_BRACKETS = re.compile(r" ?\(.*")
#: Of CLDR: what is no state, what nobody knows, and the two Congos, whose names there nobody writes.
NO_STATES = {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB", "CD", "CG"}
#: Short names that are words, too: they are names in capitals alone.
_WORDS_TOO = (
    stems.STOP_WORDS
    | stems.QUESTION_WORDS
    | frozenset(["us", "it", "ai", "am", "au", "ice", "who", "da", "ag", "pm", "mp", "fed", "cis", "nis"])
)
_SHORT = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(name) for name in sorted(ALIASES, key=len, reverse=True))})(?!\w)")


def short_names(text: str) -> dict[str, list[str]]:
    """Return for each word of a full name that a text has, in small letters, the short names of that."""
    plain = f" {' '.join(re.findall(r'[\w’\'-]+', text.casefold()))} "
    found: dict[str, list[str]] = {}
    for short, full in ALIASES.items():
        if short.isalpha() and f" {full.casefold()} " in plain:
            for word in full.casefold().split():
                found.setdefault(word, []).append(short)
    return found


def in_full(text: str) -> str:
    """Return a text with the short names that it has in capitals written in full."""
    return _SHORT.sub(lambda found: ALIASES[found[0]], text)


@dataclass(frozen=True)
class Name:
    """A name, with the language whose word forms it has."""

    text: str
    language: str = "en"

    @property
    def key(self) -> str:
        return stems.name_key(self.text)


def names_in(words: Sequence[str]) -> dict[tuple[int, int], str]:
    """Return what may be a name in words that follow each other: (first, one past the last) → as names are compared.

    The longest stand first.
    """
    return {
        (start, start + length): stems.name_key(" ".join(words[start : start + length]))
        for length in range(LONGEST, 0, -1)
        for start in range(len(words) - length + 1)
        if length > 1 or words[start].isupper() or stems.fold(words[start]) not in _WORDS_TOO
    }


def known_names(key: str) -> tuple[Name, ...]:
    """Return every name of the state or organisation that a name stands for, itself among them; none of an unknown."""
    return _known().get(key, ())


@cache
def _known() -> dict[str, tuple[Name, ...]]:
    groups: dict[str, dict[str, Name]] = {}

    def join(names: Sequence[Name]) -> None:
        together: dict[str, Name] = {}
        for name in names:
            together = {**groups.get(name.key, {}), name.key: name} | together
        groups.update(dict.fromkeys(together, together))

    territories: list[dict[str, str]] = [dict(Locale(code).territories) for code in _LANGUAGES]
    for code in territories[0]:
        if len(code) == 2 and code.isalpha() and code not in NO_STATES:
            found = [names.get(code, "") for names in territories]
            plain = [_IN_BRACKETS.sub("", name).removesuffix(" SAR China") for name in found]
            join([Name(name, language) for name, language in zip(plain, _LANGUAGES, strict=True) if name])
    for full, others in _MORE.items():
        join([Name(full), *map(_named, others.split("|"))])
    for short, full in ALIASES.items():
        join([_named(full), _named(short)])
    return {key: tuple(names.values())[: MOST + 1] for key, names in groups.items()}


def _named(text: str) -> Name:
    return Name(text, "ru" if re.search(r"[А-я]", text) else "en")
