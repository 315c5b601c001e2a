"""The screens: where people come in. Calls the rooms' functions and touches no table.

Start reading at `run.py` (the way in), `app.py` (the shell around every screen), `type_ahead.py`
(why no key is ever lost), `commands.py` (what each key means) and `screens/register.py` (which
screens there are). A screen is made of a `TitleLine`, a body, a `MessageLine` and a `KeyLine`;
bodies are `Sheet` (text laid out in lines), `RecordList` (rows) and `Entry` (fields).
"""
