"""pyvi's word model, decoded from the two files in its wheel; pyvi itself is never imported.

Importing pyvi costs seconds and over 100 MB, none of which computes anything: what it knows is a pickle that
wraps a CRFsuite model of two labels (B_W begins a word, I_W continues it), and a word list. With two labels only
the difference of their scores matters, so a weight here is always *weight of I_W minus weight of B_W*.

The binary format is CRFsuite's: lib/crf/src/crf1d_model.c and lib/cqdb/src/cqdb.c of github.com/chokkan/crfsuite.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import pickle
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from index.errors import SearchError

MODEL_FILE = "pyvi3.pkl"
WORDS_FILE = "words.txt"

_SHA256 = {
    MODEL_FILE: "6cdd73aee04b6a4ad7320ca85d27d931a7ef870cfdd41beb148e86bdb8aca134",
    WORDS_FILE: "517743d27e71d43343e4b8e9e89015cdc68d84ebe1d48106449e501d918ece4a",
}
VERSION = _SHA256[MODEL_FILE][:8]
"""Part of an index's stamp: words cut by another model are other words."""
_REMEDY = "run  pip install --force-reinstall --no-deps pyvi==0.1.1"

_LABELS = ["B_W", "I_W"]
_HEADER = struct.Struct("<4sI4sIIIIIIIII")
_STRINGS = struct.Struct("<4sIIIII")
_CHUNK = struct.Struct("<4sII")
_FEATURE = struct.Struct("<IIId")
_PAIR = struct.Struct("<II")
_STATE, _TRANSITION = 0, 1


class WordModelError(SearchError):
    """pyvi's model files are missing or aren't those of pyvi 0.1.1; the message has the remedy."""


@dataclass(frozen=True, slots=True)
class WordModel:
    """What pyvi has learned: weights (I_W minus B_W) of attributes, transitions between labels, known words.

    `weights` is keyed by CRFsuite's attribute names: `word.isupper()`, `-1:word.lower():hà`.
    `transitions[i][j]` is the score of label j after label i, 0 being B_W and 1 I_W.
    `two_syllables` and `three_syllables` are in lower case, syllables joined by one blank.
    """

    weights: dict[str, float]
    transitions: tuple[tuple[float, float], tuple[float, float]]
    two_syllables: frozenset[str]
    three_syllables: frozenset[str]

    @classmethod
    def load(cls) -> Self:
        """Read the files of the installed pyvi (about 0.04 s); raises WordModelError."""
        folder = _models_folder()
        weights, transitions = _decode(_crfsuite_model(_checked(folder / MODEL_FILE)))
        words = [line.split(" ") for line in _checked(folder / WORDS_FILE).decode("utf-8").split("\n")]
        return cls(
            weights=weights,
            transitions=transitions,
            two_syllables=frozenset(" ".join(word) for word in words if len(word) == 2),
            three_syllables=frozenset(" ".join(word) for word in words if len(word) == 3),
        )


def _models_folder() -> Path:
    """Find where pyvi keeps its models; finding a top-level package doesn't run it."""
    spec = importlib.util.find_spec("pyvi")
    if spec is None or not spec.submodule_search_locations:
        raise WordModelError(f"the package pyvi, whose word model cuts the text, is not installed: {_REMEDY}")
    return Path(spec.submodule_search_locations[0]) / "models"


def _checked(path: Path) -> bytes:
    """Read a model file and make sure it is the one this decoder was tested with."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WordModelError(f"cannot read pyvi's file {path}: {error.strerror}; {_REMEDY}") from error
    found, expected = hashlib.sha256(content).hexdigest(), _SHA256[path.name]
    if found != expected:
        raise WordModelError(f"{path} is not the file of pyvi 0.1.1: its sha256 is {found}, not {expected}; {_REMEDY}")
    return content


class _Husk:
    """Stands for every class the pickle names: takes any arguments and does nothing but keep the state."""

    def __init__(self, *_: object) -> None:
        self.state: Any = None

    def __setstate__(self, state: object) -> None:
        self.state = state


def _latin1(text: str, _encoding: str) -> bytes:
    """Stands for `_codecs.encode`, by which protocol 2 writes byte strings."""
    return text.encode("latin-1")


class _ModelUnpickler(pickle.Unpickler):
    """Builds containers, numbers, byte strings and husks: no code named by the pickle is imported or run."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        """Give the stand-in for a global of the pickle."""
        return _latin1 if (module_name, global_name) == ("_codecs", "encode") else _Husk


def _crfsuite_model(pickled: bytes) -> bytes:
    """Take the CRFsuite model out of a pickled sklearn_crfsuite.CRF."""
    estimator = _ModelUnpickler(io.BytesIO(pickled)).load()
    model = estimator.state["modelfile"].state["__FILE_RESOURCE_DATA__"]
    assert isinstance(model, bytes)
    return model


def _decode(
    model: bytes,
) -> tuple[dict[str, float], tuple[tuple[float, float], tuple[float, float]]]:
    """Read the weights by attribute name, and the transitions."""
    *_, at_features, at_labels, at_attributes, _, _ = _HEADER.unpack_from(model)
    assert list(_strings(model, at_labels)) == _LABELS
    attributes = list(_strings(model, at_attributes))
    weights = dict.fromkeys(attributes, 0.0)
    transitions = [[0.0, 0.0], [0.0, 0.0]]
    # The count in the header is 0; that of the chunk is right.
    _, _, count = _CHUNK.unpack_from(model, at_features)
    start = at_features + _CHUNK.size
    for kind, source, label, weight in _FEATURE.iter_unpack(model[start : start + count * _FEATURE.size]):
        if kind == _STATE:
            weights[attributes[source]] += weight if label == 1 else -weight
        elif kind == _TRANSITION:
            transitions[source][label] = weight
    (b_b, b_i), (i_b, i_i) = transitions
    return weights, ((b_b, b_i), (i_b, i_i))


def _strings(model: bytes, start: int) -> Iterator[str]:
    """Give the strings of a CQDB, CRFsuite's string table, in the order of their numbers."""
    *_, count, backward = _STRINGS.unpack_from(model, start)
    for offset in struct.unpack_from(f"<{count}I", model, start + backward):
        _, size = _PAIR.unpack_from(model, start + offset)
        text = start + offset + _PAIR.size
        yield model[text : text + size - 1].decode("utf-8")
