"""HTML pages to articles.

`page_text` makes text of a page's bytes, `tree` parses it within bounds, `blocks` makes the lines of it that a reader
sees, `content` finds the lines that are the article, `title`, `dates` and `structured_data` find the facts, `reading`
puts the article together and tells which rule found what.

Nothing in here knows the store or the command line.
"""
