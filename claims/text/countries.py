"""Which countries an English text names, by any of their common names. Pure."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale

from claims.text.aliases import NO_STATES, in_full

#: Names besides those of CLDR, and what their people and things are called.
_OTHERS = {
    "KP": "North Korea|North Korean|North Koreans|Pyongyang|Democratic People's Republic of Korea",
    "KR": "South Korea|South Korean|South Koreans|Seoul|Republic of Korea",
    "RU": "Russia|Russian|Russians|Moscow|Kremlin|Russian Federation",
    "SU": "Soviet Union|Soviet|Soviets",
    "UA": "Ukraine|Ukrainian|Ukrainians|Kyiv|Kiev",
    "BY": "Belarus|Belarusian|Belarusians|Minsk",
    "CN": "China|Chinese|Beijing",
    "TW": "Taiwan|Taiwanese|Taipei",
    "JP": "Japan|Japanese|Tokyo",
    "US": "United States|US|America|American|Americans|Washington",
    "GB": "United Kingdom|Britain|British|England|English|London|Scottish|Scotland|Wales|Welsh",
    "FR": "France|French|Paris",
    "DE": "Germany|German|Germans|Berlin",
    "IT": "Italy|Italian|Italians|Rome",
    "ES": "Spain|Spanish|Spaniards|Madrid",
    "PT": "Portugal|Portuguese|Lisbon",
    "NL": "Netherlands|Dutch|Holland",
    "BE": "Belgium|Belgian|Belgians",
    "PL": "Poland|Polish|Poles|Warsaw",
    "SE": "Sweden|Swedish|Swedes",
    "NO": "Norway|Norwegian|Norwegians",
    "FI": "Finland|Finnish|Finns",
    "DK": "Denmark|Danish|Danes",
    "GR": "Greece|Greek|Greeks|Athens",
    "HU": "Hungary|Hungarian|Hungarians|Budapest",
    "RO": "Romania|Romanian|Romanians",
    "BG": "Bulgaria|Bulgarian|Bulgarians",
    "RS": "Serbia|Serbian|Serbs",
    "TR": "Turkey|Türkiye|Turkish|Turks|Ankara",
    "IR": "Iran|Iranian|Iranians|Tehran",
    "IQ": "Iraq|Iraqi|Iraqis|Baghdad",
    "SY": "Syria|Syrian|Syrians|Damascus",
    "IL": "Israel|Israeli|Israelis",
    "PS": "Palestine|Palestinian|Palestinians|Gaza",
    "LB": "Lebanon|Lebanese|Beirut",
    "EG": "Egypt|Egyptian|Egyptians|Cairo",
    "SA": "Saudi Arabia|Saudi|Saudis|Riyadh",
    "YE": "Yemen|Yemeni|Yemenis",
    "AF": "Afghanistan|Afghan|Afghans|Kabul",
    "PK": "Pakistan|Pakistani|Pakistanis",
    "IN": "India|Indian|Indians|New Delhi",
    "BD": "Bangladesh|Bangladeshi",
    "VN": "Vietnam|Vietnamese|Hanoi",
    "TH": "Thailand|Thai|Thais|Bangkok",
    "PH": "Philippines|Philippine|Filipino|Filipinos|Manila",
    "ID": "Indonesia|Indonesian|Indonesians|Jakarta",
    "AU": "Australia|Australian|Australians|Canberra",
    "CA": "Canada|Canadian|Canadians|Ottawa",
    "MX": "Mexico|Mexican|Mexicans",
    "BR": "Brazil|Brazilian|Brazilians",
    "AR": "Argentina|Argentine|Argentinian",
    "VE": "Venezuela|Venezuelan|Venezuelans|Caracas",
    "CU": "Cuba|Cuban|Cubans|Havana",
    "NG": "Nigeria|Nigerian|Nigerians",
    "ZA": "South Africa|South African|South Africans",
    "ET": "Ethiopia|Ethiopian|Ethiopians",
    "KE": "Kenya|Kenyan|Kenyans",
    "SD": "Sudan|Sudanese",
    "MM": "Myanmar|Burma|Burmese",
    "KZ": "Kazakhstan|Kazakh|Kazakhs",
    "GE": "Georgian|Georgians|Tbilisi",
    "AM": "Armenia|Armenian|Armenians",
    "AZ": "Azerbaijan|Azerbaijani|Azerbaijanis",
}
_TURKISH = str.maketrans("İı", "Ii")  # which match an i whatever the case, and fold into something else
_ALSO_WORDS = {"GE", "JO", "TD", "ML", "GU", "US"}  # whose names are names of people, places or words, too


@cache
def _names() -> tuple[re.Pattern[str], dict[str, str]]:
    known = {
        name.casefold(): code
        for code, name in Locale("en").territories.items()
        if len(code) == 2 and code.isalpha() and code not in _ALSO_WORDS | NO_STATES
    }
    for code, names in _OTHERS.items():
        known |= {name.casefold(): code for name in names.split("|")}
    ordered = sorted(known, key=lambda name: -len(name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)", re.IGNORECASE), known


def countries_in(text: str) -> set[str]:
    """Return the codes of the countries that an English text names; "us" in small letters is none."""
    pattern, known = _names()
    found = pattern.findall(in_full(text).translate(_TURKISH))
    return {known[name.casefold()] for name in found if name not in {"us", "Us"}}
