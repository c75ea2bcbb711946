"""Judging by sets of queries with graded answers: nDCG@10, as Järvelin and Kekäläinen define it, by ir_measures."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import ir_measures
from ir_measures import Qrel, ScoredDoc, nDCG

JUDGED_SETS = ("xquad-vi", "mlqa-vi-dev")


def read_queries(folder: Path) -> dict[str, str]:
    """Read the queries of a set, by their ids."""
    with (folder / "queries.jsonl").open(encoding="utf-8") as rows:
        return {row["id"]: row["text"] for row in map(json.loads, rows)}


def ndcg(folder: Path, answers: dict[str, list[str]]) -> float:
    """Give the mean nDCG@10 of answers, the ids of the hits by the query's id."""
    with (folder / "qrels.tsv").open(encoding="utf-8", newline="") as rows:
        qrels = [
            Qrel(query, document, int(grade))
            for query, document, grade in csv.reader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]
    run = [ScoredDoc(query, hit, float(-rank)) for query, hits in answers.items() for rank, hit in enumerate(hits)]
    value: float = ir_measures.calc_aggregate([nDCG @ 10], qrels, run)[nDCG @ 10]
    return value
