"""Vietnamese text to terms: the only place that touches letters."""
