"""The machine that clerks reach over SSH: what stands on it, setting it up, and proving it.

Words: a *deployment* is the names and places of one machine; a *piece* is one file or folder of
it; the *service account* owns the office's home, and nobody logs in to it; the *clerks' group*
holds the accounts of the people. A clerk logs in over SSH as themselves, sshd runs `enter`
whatever they ask for, and `enter` goes through sudo to `office`, which opens the screens as the
service account. Start reading at `deployment.py`.
"""
