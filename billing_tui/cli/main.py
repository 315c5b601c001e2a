"""The command `billing-tui`: the screens by default, one group of commands for each room."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from billing_tui import __version__
from billing_tui.foundation.errors import BillingError

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS = {
    "account": "accounts:account",
    "approval": "approvals:approval",
    "audit": "audit:audit",
    "bill": "bills:bill",
    "contact": "contacts:contact",
    "customer": "customers:customer",
    "demo": "demo:demo",
    "document": "papers:document",
    "found": "staff:found",
    "host": "host:host",
    "keyed": "read_entry:keyed",
    "keys": "keys:keys",
    "ledger": "ledger:ledger",
    "meter": "meters:meter",
    "note": "notes:note",
    "order": "orders:order",
    "procedure": "procedures:procedure",
    "rates": "rates:rates",
    "reads": "reads:reads",
    "run": "runs:run",
    "service": "service:service",
    "staff": "staff:staff",
    "today": "today:today",
    "training": "training:training",
    "upgrade": "upgrade:upgrade",
    "verify": "verify:verify",
}


class Lazy(click.Group):
    """Imports a room's commands only when one of them is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Names in the order of the alphabet."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"billing_tui.cli.{module}"), name)
        return command


@click.group(cls=Lazy, invoke_without_command=True)
@click.version_option(__version__, prog_name="billing-tui")
@click.option("--home", metavar="DIR", help="The office's folder; else $BILLING_HOME.")
@click.option("--as", "as_user", metavar="USER", help="Who works; demo and training homes only.")
@click.option("--color", type=click.Choice(["16", "256", "none"]), help="Colours of the terminal.")
@click.pass_context
def cli(ctx: click.Context, home: str | None, as_user: str | None, color: Any) -> None:
    """The billing office of a Californian city utility or water district, in a terminal.

    Without a command it opens the screens.
    """
    if ctx.invoked_subcommand is None:
        from billing_tui.cli.office import open_screens

        ctx.exit(open_screens(home, as_user, color))


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line; the exit code."""
    from billing_tui.cli.entries import check_text
    from billing_tui.cli.output import say, say_error, say_usage

    try:
        check_text(arguments)
        code = cli.main(list(arguments), prog_name="billing-tui", standalone_mode=False)
    except click.ClickException as error:
        return say_usage(error)
    except click.exceptions.Abort:
        say("Stopped.")
        return 1
    except BillingError as error:
        return say_error(error, as_json="--json" in arguments)
    except BrokenPipeError:
        return 1
    return code if isinstance(code, int) else 0
