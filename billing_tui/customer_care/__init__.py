"""The care of accounts: contacts, what was said, what must be followed up, papers, duplicates.

Contacts are people besides the customer who may ask or change something (`keep_contact`), with a
passphrase where they wish one (`check_passphrase`). Whatever is said with a customer goes into the
contact log (`log_contact`). Notes are written in `records.add_note`; here they are followed up
(`follow_ups`, `close_note`). Papers are filed by their hash (`file_document`), and the report of
what is missing is `missing_documents`. Two customers who are one person are merged, and the merge
can be undone (`merge_customers`, `undo_merge`).

What is kept here of a customer is not public (Gov. Code 7927.410).
"""
