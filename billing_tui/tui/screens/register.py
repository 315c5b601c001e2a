"""Which screens there are: id, menu number, words to find it by, and where its class stands.

A class is imported when its screen is opened, so that starting costs no more than the menu.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.foundation.errors import NotFound

if TYPE_CHECKING:
    from billing_tui.tui.room_screen import RoomScreen


@dataclass(frozen=True, slots=True)
class Listing:
    """One screen.

    Attributes:
        ident: the screen's id.
        number: its number on the menu, or "" for one that opens from another screen only.
        title: what it is called on the menu.
        words: other words that people use for it.
        place: `module:Class` under `billing_tui.tui.screens`.
        right: the right that it needs, "" for everybody.
        about: "account" where it opens on an account; F6 on the account then lists it.
        asks: "account" or "bill" where it cannot open without one; a window asks for it then.
    """

    ident: str
    number: str
    title: str
    words: str
    place: str
    right: str = ""
    about: str = ""
    asks: str = ""

    @property
    def order(self) -> tuple[int, ...]:
        """Where it stands among the numbers of the menu; last without one."""
        return tuple(map(int, self.number.split("."))) if self.number else (99,)

    def load(self) -> type[RoomScreen]:
        """Import the screen's class."""
        module, _, name = self.place.partition(":")
        found: type[RoomScreen] = getattr(import_module(f"billing_tui.tui.screens.{module}"), name)
        return found


GROUPS: dict[str, str] = {
    "1": "Accounts",
    "2": "Meter reading",
    "3": "Billing",
    "4": "Orders and meters",
    "5": "Today and audit",
    "6": "Help and you",
}
"""Headings of the menu, by the first digit of a number."""

LISTINGS: tuple[Listing, ...] = (
    Listing("MNU010", "0", "Menu", "home main start", "menu:MenuScreen"),
    Listing(
        "ACC010", "1.1", "Find an account", "search lookup customer name address phone meter",
        "records.find_account:FindAccount",
    ),
    Listing(
        "ACC020", "1.2", "Account inquiry", "customer balance bills history ledger usage",
        "records.account_inquiry:AccountInquiry",
    ),
    Listing(
        "SVC010", "1.3", "Start service", "move in new tenant turn on open",
        "service_orders.start_service:StartService", Right.KEEP_RECORDS.value, about="account",
    ),
    Listing(
        "SVC020", "1.4", "Stop service", "move out leave final bill turn off close",
        "service_orders.stop_service:StopService", Right.KEEP_RECORDS.value, about="account",
    ),
    Listing(
        "ACC030", "1.7", "New account",
        "open account new place address customer second meter garden",
        "service_orders.new_account:NewAccount", Right.KEEP_RECORDS.value,
    ),
    Listing(
        "CHG010", "1.8", "Change in service",
        "add remove service cart size class zone eru household attribute change",
        "service_orders.change_service:ChangeInService", Right.KEEP_RECORDS.value, about="account",
    ),
    Listing(
        "CHG020", "1.9", "Mailing address", "mail post forward where bills go send envelope",
        "records.mailing_address:ChangeMailingAddress", Right.KEEP_RECORDS.value, about="account",
    ),
    Listing(
        "CHG030", "1.10", "Flags and holds",
        "billing hold low income senior medical tax exempt cash only hold bill penalty flag",
        "records.account_flags:AccountFlags", Right.KEEP_RECORDS.value, about="account",
    ),
    Listing(
        "CHG040", "1.11", "Record as of a day",
        "as of history difference compare two days before diff moment",
        "records.as_of_a_day:AsOfADay", about="account",
    ),
    Listing(
        "SVC030", "1.5", "Transfer service", "move customer other place address relocate",
        "service_orders.transfer_service:TransferService", Right.KEEP_RECORDS.value,
        about="account",
    ),
    Listing(
        "SVC040", "1.6", "Moves", "undo take back start stop transfer history",
        "service_orders.moves:Moves", about="account",
    ),
    Listing(
        "SVC050", "1.17", "Landlord agreement", "owner landlord revert takes over rental vacant",
        "service_orders.landlord_agreement:LandlordAgreement", Right.KEEP_RECORDS.value,
        about="account",
    ),
    Listing(
        "RDG020", "2.1", "Read exceptions", "high low zero reread estimate edit worklist reads",
        "metering.read_exceptions:ReadExceptions",
    ),
    Listing(
        "RDG030", "2.2", "Read entry", "key reads sheets paper route batch control handheld skip",
        "metering.read_entry:ReadEntry", Right.UPLOAD_READS.value,
    ),
    Listing("RDG031", "", "Key reads", "", "metering.key_lines:KeyLines", Right.UPLOAD_READS.value),
    Listing(
        "RDG040", "2.4", "Correct a read", "wrong misread register history doubt fix prior",
        "metering.correct_read:CorrectRead", Right.CORRECT_READS.value, about="account",
    ),
    Listing(
        "BIL050", "3.5", "Cancel and rebill", "correct wrong bill reverse again credit",
        "billing.cancel_rebill:CancelRebill", Right.REQUEST_CHANGES.value, about="account",
    ),
    Listing(
        "MTR040", "4.6", "Correct a meter", "size multiplier dials unit wrong plate",
        "metering.correct_meter:CorrectMeter", Right.KEEP_METERS.value, about="account",
    ),
    Listing(
        "MTR010", "4.3", "Exchange a meter", "change out swap replace meter",
        "service_orders.exchange_meter:ExchangeMeter", Right.KEEP_METERS.value, about="account",
    ),
    Listing(
        "MTR020", "4.4", "Install or remove", "put in take out set pull meter stock",
        "service_orders.place_meter:PlaceMeter", Right.KEEP_METERS.value, about="account",
    ),
    Listing(
        "MTR030", "4.5", "Meter test", "accuracy bench flow awwa as found as left history",
        "service_orders.meter_test:MeterTestEntry", Right.KEEP_METERS.value, about="account",
    ),
    Listing(
        "BIL010", "3.1", "Cycle cockpit", "run calculate post approve print progress cycle steps",
        "billing.cycle_cockpit:CycleCockpit",
    ),
    Listing(
        "BIL020", "3.2", "Bill review", "outsort audit hold accept high bills",
        "billing.bill_review:BillReview",
    ),
    Listing(
        "BIL030", "3.3", "Bill as printed", "bill lines explain print",
        "billing.bill_as_printed:BillAsPrinted", asks="bill",
    ),
    Listing(
        "BIL040", "3.4", "Bill question", "why high bill complaint cause leak usage answer letter",
        "billing.bill_question:BillQuestionScreen", about="account", asks="bill",
    ),
    Listing(
        "BIL060", "3.6", "Special bill",
        "hydrant construction bulk damage jumper leak adjustment one time invoice template",
        "billing.special_bill:SpecialBillScreen", Right.REQUEST_CHANGES.value, about="account",
    ),
    Listing(
        "SVO010", "4.1", "Service orders", "work order crew field issue print sheet cancel list",
        "service_orders.orders:ServiceOrders", about="account",
    ),
    Listing(
        "SVO011", "", "Issue an order",
        "send crew leak check re-read turn off lock service order new",
        "service_orders.issue_order:IssueOrder", Right.KEEP_RECORDS.value, about="account",
    ),
    Listing(
        "SVO020", "4.2", "Complete orders", "work sheets came back finish batch scan field",
        "service_orders.complete_orders:CompleteOrders", Right.KEEP_RECORDS.value,
    ),
    Listing(
        "HLP020", "6.1", "Procedures", "help page how manual instructions steps",
        "operations.procedures:Procedures",
    ),
    Listing(
        "TDO010", "5.1", "Today", "work due board queue claim assign snooze escalate to do",
        "operations.today:Today",
    ),
    Listing("PIN010", "6.4", "Your PIN", "pin unlock password", "choose_pin:ChoosePin"),
    Listing("LCK010", "6.5", "Lock terminal", "lock away pause", "lock:LockScreen"),
    Listing(
        "AUD010", "5.2", "Daily input audit",
        "review keyed entries sample verdict sign off errors clerk",
        "operations.daily_input:DailyInputAudit", Right.READ_TRAIL.value,
    ),
    Listing(
        "AUD020", "5.3", "Approvals",
        "approve refuse request withdraw checker maker decide two people",
        "access.approvals:Approvals",
    ),
    Listing("AUD021", "", "Request", "", "access.request_page:RequestPage"),
    Listing(
        "AUD015", "5.5", "My queries", "question answer audit own entries errors",
        "operations.my_queries:MyQueries",
    ),
    Listing(
        "AUD030", "5.4", "Trail", "audit trail history who changed what search export",
        "access.trail:Trail", Right.READ_TRAIL.value,
    ),
    Listing(
        "AUD031", "", "Entry of the trail", "", "access.entry_page:EntryPage",
        Right.READ_TRAIL.value,
    ),
    Listing(
        "TRN010", "6.2", "Training", "practice learn exercise drill sandbox copy try",
        "operations.training:Training",
    ),
    Listing(
        "TRN020", "6.3", "Drills and results", "score passed missed exercises who",
        "operations.drill_results:DrillResults",
    ),
    Listing(
        "TRN030", "6.6", "Drill in hand", "story hint clock day hand in",
        "operations.drill_in_hand:DrillInHand",
    ),
    Listing(
        "SES010", "5.6", "Sessions", "who is signed on users terminals logged in",
        "operations.sessions:Sessions", Right.READ_TRAIL.value,
    ),
    Listing("HLP030", "", "Procedure", "", "operations.procedure_page:ProcedurePage"),
    Listing(
        "CAR010", "1.12", "Contacts", "authorised persons passphrase password who may ask spouse",
        "customer_care.contacts:Contacts", about="account", asks="account",
    ),
    Listing(
        "CAR011", "", "Contact", "",
        "customer_care.contact_entry:ContactEntry", asks="account",
    ),
    Listing(
        "CAR020", "1.13", "Notes and follow-ups", "remark alert reminder call back",
        "customer_care.notes:Notes", about="account", asks="account",
    ),
    Listing(
        "CAR021", "", "Write a note", "",
        "customer_care.note_entry:NoteEntry", asks="account",
    ),
    Listing(
        "CAR030", "1.14", "Documents", "file paper scan lease certificate missing",
        "customer_care.documents:Documents", about="account",
    ),
    Listing(
        "CAR031", "", "File a document", "",
        "customer_care.document_entry:DocumentEntry", asks="account",
    ),
    Listing(
        "CAR040", "1.15", "Contact log", "call phone counter email letter said",
        "customer_care.contact_log:ContactLog", Right.LOG_CONTACTS.value,
        about="account", asks="account",
    ),
    Listing(
        "CAR050", "1.16", "Merge duplicates", "same customer twice person undo join",
        "customer_care.merge:MergeCustomers", Right.KEEP_RECORDS.value, about="account",
    ),
)  # fmt: skip


def listing(ident: str) -> Listing:
    """The screen of that id.

    Raises:
        NotFound: there is none.
    """
    for one in LISTINGS:
        if one.ident == ident.upper():
            return one
    raise NotFound(f"There is no screen {ident!r}; F2 with a word finds one.")
