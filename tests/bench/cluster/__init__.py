"""The embedded engine and a node of OpenSearch side by side, behind the same HTTP service."""
