"""What the cluster is told of an index: fields, similarities and the version that its readers must agree on."""

from __future__ import annotations

from typing import Any

from index.analysis.chain import VERSION as ANALYSIS_VERSION
from index.analysis.word_model import VERSION as MODEL_VERSION
from index.document import GAP
from index.opensearch_engine.place import Place
from index.weights import RANKED

MAPPING_VERSION = "1"
FURTHEST = 1_000_000
"""How deep a page may lie."""
MOST_VALUES = 1_000_000
"""How many values a filter may name; the list of what is withheld is one."""


def stamp() -> str:
    """Name the version of mapping, analysis and word model; an index with another stamp must be rebuilt."""
    return f"opensearch-{MAPPING_VERSION}.{ANALYSIS_VERSION}-{MODEL_VERSION}"


def index_body(place: Place) -> dict[str, Any]:
    """Give what an index is created with."""
    return {
        "settings": {
            "number_of_shards": place.shards,
            "number_of_replicas": place.replicas,
            # A generation is made visible by its writer, and what is seen before then is hidden by its number.
            "refresh_interval": "-1",
            "max_result_window": FURTHEST,
            "max_terms_count": MOST_VALUES,
            "codec": "best_compression",
            "similarity": {
                "text": {"type": "BM25", "k1": RANKED.k1, "b": RANKED.b},
                "title": {"type": "BM25", "k1": RANKED.k1, "b": RANKED.title_b},
            },
            "analysis": {
                "tokenizer": {"terms": {"type": "whitespace", "max_token_length": 4096}},
                "filter": {
                    "bare": {"type": "pattern_replace", "pattern": "/[^/]*$", "replacement": ""},
                    "spelled_and_bare": {"type": "multiplexer", "filters": ["bare"], "preserve_original": True},
                },
                "analyzer": {
                    "syllables": {"type": "custom", "tokenizer": "terms", "filter": ["spelled_and_bare"]},
                    "as_sent": {"type": "custom", "tokenizer": "terms"},
                },
            },
        },
        "mappings": {"dynamic": "strict", "_meta": {"stamp": stamp()}, "properties": _fields()},
    }


def _fields() -> dict[str, Any]:
    keyword = {"type": "keyword"}
    return {
        "id": keyword,
        # The generations that show this version of an article: from the one to before the other.
        "born": {"type": "integer"},
        "died": {"type": "integer"},
        "text": _syllables("text"),
        "title": _syllables("title"),
        "lead": {"type": "text", "analyzer": "syllables", "index_options": "docs", "norms": False},
        "names": {**_syllables("text"), "norms": False},
        "words": keyword,
        "codes": keyword,
        "authors": keyword,
        "publisher": keyword,
        "section": keyword,
        "published": {"type": "long"},
        "day": keyword,
        "month": keyword,
        "story": keyword,
        "shown_once": keyword,
        "original": {"type": "boolean"},
        "article": {"type": "object", "enabled": False},
        "state": {"type": "object", "enabled": False},
    }


def _syllables(similarity: str) -> dict[str, Any]:
    return {
        "type": "text",
        "analyzer": "syllables",
        "search_analyzer": "as_sent",
        "position_increment_gap": GAP,
        "similarity": similarity,
    }


def records_body() -> dict[str, Any]:
    """Give what the index of records is created with: a copy on every node, for every search reads it."""
    return {
        "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-all"},
        "mappings": {
            "dynamic": "strict",
            "properties": {
                # Read by the cluster itself, as it leaves out what is withheld.
                "ids": {"type": "keyword", "index": False, "doc_values": False},
                "version": {"type": "keyword", "index": False},
                "owner": {"type": "keyword", "index": False},
                "renewed": {"type": "double", "index": False},
                "building": {"type": "boolean", "index": False},
            },
        },
    }
