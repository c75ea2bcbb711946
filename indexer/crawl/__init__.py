"""Portals to raw pages: feeds, sitemaps, listing pages and folders, read politely and again and again.

`source` says what an installation follows; `indexer.addresses` which addresses are one page. `fetching` asks, over
`connecting`, which knows where it may connect to, with `robots` as a portal wishes. `feeds`, `sitemaps` and `listings`
say which pages a list names, `lists` knows which of them reads it; `folders` is the same for files. `syncing` is one
round of it all, `visits` what becomes of each answer, `departures` when a page counts as gone, `tally` what was done;
`watching` never ends. What is known of every page lies in the store (`indexer.store.crawl_state`): a round that was
killed goes on where it was.
"""
