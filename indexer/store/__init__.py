"""The article store: one SQLite file, the truth from which any index can be rebuilt.

`schema` opens the file, keeps its layout and gives out the numbers of changes, `article_store` puts and gives
articles, `records` is what a row holds, `portal_lines` counts the lines that portals repeat, `inspection` looks at the
file as a whole, `copies` makes copies of it, `consistency` compares its tables,
`merging` takes withdrawals over.

Why it is as it is:

* Every change of an article (written or taken out) gets the next number, `seq`, and an article carries the
  number of its last change only. An index that has applied number N is brought up to date by the articles
  numbered above N, in order, each once, in its present state. Removed articles keep their row, marked, so
  that a removal is a change too.
* The numbers of a transaction begin at its time, in microseconds, and every span that was given out is kept
  (`numbers`). So no two stores ever give out the same number, nor do a store and a copy of it restored later: an
  index whose number this store never gave out belongs to another history, however far the store has come since, and
  is made anew.
* WAL: readers see the last whole batch while a batch is being written. A batch is one transaction, so a
  killed run leaves whole batches. Within a run commits are `synchronous=NORMAL` (a power cut may lose the
  last batches, never the file); the end of a run commits with FULL and moves the log into the file, so a run
  that has said "done" is on the disk.
* An article is kept as it was read (the raw page or row) and as it was understood (fields as JSON), both
  zstd; the raw bytes are the dictionary for the fields, which are mostly the same text: they cost a tenth.
* An unchanged article is not written again: its content hash says so, if what is stored can still be read.
* Of several rows of one id in a run only the last counts. When that one is what was there before the run, the
  article gets its old number back, so that reading the same source again changes nothing.
"""

from indexer.store.article_store import ArticleStore
from indexer.store.consistency import miscounted_portals, names_without_article, numbers_not_given_out, recount
from indexer.store.copies import BESIDE, copy_store, history, settle
from indexer.store.merging import take_over_withdrawals
from indexer.store.records import (
    Change,
    PutCounts,
    Repetition,
    StoreDamaged,
    StoredArticle,
    StoreLocked,
    StoreMissing,
    StoreStats,
    Unsound,
)
from indexer.store.schema import standing_still
from indexer.store.versions import Version
from indexer.store.withdrawals import Action, Decision, Entry

__all__ = [
    "BESIDE",
    "Action",
    "ArticleStore",
    "Change",
    "Decision",
    "Entry",
    "PutCounts",
    "Repetition",
    "StoreDamaged",
    "StoreLocked",
    "StoreMissing",
    "StoreStats",
    "StoredArticle",
    "Unsound",
    "Version",
    "copy_store",
    "history",
    "miscounted_portals",
    "names_without_article",
    "numbers_not_given_out",
    "recount",
    "settle",
    "standing_still",
    "take_over_withdrawals",
]
