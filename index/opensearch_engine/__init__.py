"""The engine of an OpenSearch cluster: the same contract over the network.

`open_searcher`, `open_writer` and `withhold` are the whole of it for the rest of the program; a `Place` says which
cluster and which index.
"""

from index.opensearch_engine.place import Place
from index.opensearch_engine.searcher import OpenSearchSearcher
from index.opensearch_engine.withheld import withhold
from index.opensearch_engine.writer import OpenSearchWriter

__all__ = ["OpenSearchSearcher", "OpenSearchWriter", "Place", "withhold"]
