"""Where the key of a database comes from, and how it is kept.

`source` has the port; `os_keyring`, `passphrase` and `key_file` are its kinds, `recovery` the printed code; `sources`
puts them in order of preference; `holder` keeps the keys in the database, each sealed by the one above it.
"""
