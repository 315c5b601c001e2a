"""Write a deployment onto the machine, or into a folder that stands for one."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import Refused
from billing_tui.operations.host.deployment import Piece, pieces
from billing_tui.operations.host.machine import account, group, must, require_root, run

if TYPE_CHECKING:
    import pwd

    from billing_tui.operations.host.deployment import Deployment


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one piece of the deployment.

    Attributes:
        what: the account, file or folder.
        says: what it is for.
        changed: false where it stood there already.
    """

    what: str
    says: str
    changed: bool


def set_up(deployment: Deployment, root: Path | None = None) -> tuple[Done, ...]:
    """Bring the machine, or the folder `root`, to the deployment; nothing changes twice.

    In a folder only files are written, owned by whoever runs this: no accounts are made.

    Raises:
        Refused: without root on the machine itself, or a program of the system refused.
    """
    if root is None:
        require_root("Setting up this machine")
        done = _accounts(deployment)
        _prove_sudoers(deployment)
    else:
        done = ()
    return (*done, *(_place(piece, root) for piece in pieces(deployment)))


def _accounts(deployment: Deployment) -> tuple[Done, ...]:
    clerks, service = group(deployment.group), account(deployment.service)
    if clerks is None:
        must(("groupadd", "--system", deployment.group))
    if service is None:
        home = ("--home-dir", str(deployment.home), "--no-create-home")
        shell = ("--shell", "/usr/sbin/nologin", "--user-group")
        must(("useradd", "--system", *home, *shell, deployment.service))
    return (
        Done(f"group {deployment.group}", "holds the clerks", clerks is None),
        Done(f"account {deployment.service}", "owns the office", service is None),
    )


def _prove_sudoers(deployment: Deployment) -> None:
    """A broken file in sudoers.d would lock sudo for everybody: try it elsewhere first."""
    (piece,) = (one for one in pieces(deployment) if one.path == deployment.sudoers)
    with tempfile.NamedTemporaryFile("w", suffix=".sudoers", encoding="utf-8") as file:
        file.write(piece.text or "")
        file.flush()
        must(("visudo", "-c", "-q", "-f", file.name))


def _place(piece: Piece, root: Path | None) -> Done:
    path = piece.path if root is None else root / piece.path.relative_to("/")
    owner = None if root is not None else account(piece.owner)
    try:
        changed = _stand(piece, path, owner)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise Refused(f"{path} cannot be written: {why}.") from error
    return Done(str(path), piece.says, changed)


def _stand(piece: Piece, path: Path, owner: pwd.struct_passwd | None) -> bool:
    """Bring a piece to its place; whether anything was not yet so."""
    if path.is_symlink():
        raise Refused(f"{path} is a link to elsewhere; remove it first.")
    before = _standing(path)
    if piece.text is None:
        path.mkdir(mode=piece.mode, parents=True, exist_ok=True)
    elif before is None or path.read_bytes() != piece.text.encode():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, piece.text, piece.mode)
        before = None
    path.chmod(piece.mode)
    if owner is not None:
        os.chown(path, owner.pw_uid, owner.pw_gid)
    return before != _standing(path)


def _standing(path: Path) -> tuple[int, int, int] | None:
    if not path.exists():
        return None
    found = path.stat()
    return found.st_mode, found.st_uid, found.st_gid


def write_whole(path: Path, text: str, mode: int) -> None:
    """Put a file in its place in one step, so that nobody ever reads half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix="~")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        fresh.chmod(mode)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def sshd_accepts() -> str:
    """What sshd says against its configuration; "" when it reads it."""
    done = run(("sshd", "-t"))
    return "" if done.returncode == 0 else (done.stderr or done.stdout).strip()
