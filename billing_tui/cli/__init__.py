"""The headless way in: every verb that a screen has, with `--json` and clear exit codes.

Exit codes: 0 done; 1 refused, or something was found that is wrong; 2 the request or the file
cannot be understood. Data goes to stdout, narration and progress to stderr. Start at `main.py`.
"""
