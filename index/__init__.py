"""What the index is: articles, Vietnamese analysis, the query tree, the engine contract, engines and snippets.

Nothing in this package knows HTTP, crawling or the environment.

Glossary, one word for each thing:

article     what people read: a title and a body, perhaps a date, authors, a publisher
document    an article with its analysed terms, ready to be written
syllable    a blank-separated Vietnamese unit, or a run of digits; the unit that positions count
term        what is matched: a folded syllable, a multi-syllable word, a document code
accents     the marks that folding took off a syllable, as a small number (see `analysis.syllables`)
word        a unit of meaning of one or more syllables, as pyvi's model segments them
code        a document number such as 05-CT/TW, whole, separators and leading zeros folded
posting     a term's entry for one document
hit         an article that answers a query, with its score and snippet
facet       counts of the hits by author, publisher, section or date
snippet     an excerpt of the text with the spans that matched, as offsets
publisher   the newspaper or body that published an article
portal      a site that publishes articles; its pages share a frame, its furniture
source      where articles are read from: a file, a folder, a stream, a list of a portal that is followed
byline      who wrote an article, as printed; its authors are the names that it gives
story       what several articles tell in much the same words; one of them is its likely original
version     what an article was before it changed
withdrawal  an article taken out for good, with who did it and why; the index withholds it
segment     Whoosh's unit of an index on disk
generation  one complete, immutable built index, in a directory of its own
"""
