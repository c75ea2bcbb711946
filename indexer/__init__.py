"""Articles to index: read from sources, taken out of pages, kept in a store, written to the index.

    sources ─► RawPage ─► extract ─► Article ─► store (SQLite, the truth) ─► indexing ─► index.engine.Writer

sources.py, byte_streams.py, csv_rows.py     files, folders and standard input to raw pages, one at a time
extract.py                                   a raw page to an article: article_row.py (JSON and CSV rows) or
                                             portal_page.py (page dumps) with page_lines.py, furniture.py
html/                                        HTML pages to articles: rules of portals, else evidence
legacy_text/, legacy_undoing.py              text from before Unicode: recognised, converted, taken back
page_reader.py, listed_facts.py              a page to its article by all that the archive knows of it
bylines.py, person_names.py                  signatures to one value per person
publishers.py, organisation_names.py,        publishers to one value each
news_outlets.py
sections.py, published_dates.py              sections, dates
clean_text.py, capitals.py                   letters: NFC, tone style, folded capitals
identity.py, addresses.py                    the id of an article, the one form of its address
store/                                       the article store
ingest.py, relearn.py, indexing.py           sources to store, learned furniture applied, store to index
crawl/                                       portals followed: feeds, sitemaps, listings, folders to store
stories/                                     articles that tell the same, and which is the original
pipeline.py, report.py                       the whole of a command and what it tells
abbreviation_mining.py, synonyms_list.py     abbreviations: proposed from articles, one's own list changed
check.py, deep_check.py, golden_queries.py,  is all well, is found what must be, what can be mended
reconcile.py
backup_folder.py, backup.py, restore.py,     copies of the archive, made and brought back; room for them
disk_space.py
name_lines.py, names.py, names_list.py       one's own list of names: read, understood, changed
renaming.py, name_proposals.py               the list applied to stored articles; proposals for it
edited_file.py                               a hand-edited text changed whole or not at all
cli*.py                                      the command line
"""
