"""The metering desk: reads come in, are checked, settled and posted to the history that bills use.

Words: a *layout* is the shape of a vendor's file, told in YAML; a *read batch* is one upload, which
stays apart from history until it is posted; a *finding* is what a check has to say about a read,
and an *exception* is a finding that a person settles. Start reading at `read_record.py`,
`checks.py` and `import_reads.py`.
"""
