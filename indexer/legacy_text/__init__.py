"""Text in encodings from before Unicode: recognised by what Vietnamese it becomes, converted by own tables.

`letters` puts the alphabet together, `tcvn3`, `vni`, `viqr`, `windows_1258` and `double_utf8` read one encoding each,
`evidence` measures, `detection` decides, `conversion` is what the extraction calls.
"""
