"""Which articles tell the same story? Near-duplicates are found by what their texts share, and grouped.

`signature` makes a few hundred bytes of an article's text, `likeness` says of two of them whether they are the same
story, `original` which of a group the others were probably taken from, `grouping` follows the changes of the store.
What is kept of it stands in `indexer.store.story_tables`; ADR 0022 has the reasons.
"""
