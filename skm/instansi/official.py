"""Officials, and what each role may do: one table, one function.

A role is held for one unit and everything below it, or for the whole instansi (`upp` None).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    ADMIN = "admin"
    OFFICER = "officer"
    VIEWER = "viewer"


class Action(StrEnum):
    """What needs permission. The figures of a unit include its comments."""

    READ = "read"
    EXPORT = "export"
    SUBSCRIBE = "subscribe"
    FOLLOW_UP = "follow_up"
    PAPER = "paper"  # take in paper forms
    IMPORT = "import"
    HAND_IN = "hand_in"  # the report of a unit
    REVIEW = "review"  # accept or return it
    INVITE = "invite"
    MANAGE = "manage"  # remove officials, close periods
    AUDIT = "audit"
    HEALTH = "health"


ALLOWED: dict[Role, frozenset[Action]] = {
    Role.ADMIN: frozenset(Action),
    Role.OFFICER: frozenset(
        {
            Action.READ,
            Action.EXPORT,
            Action.SUBSCRIBE,
            Action.FOLLOW_UP,
            Action.PAPER,
            Action.IMPORT,
            Action.HAND_IN,
        }
    ),
    Role.VIEWER: frozenset({Action.READ, Action.SUBSCRIBE}),
}


class AuditEvent(StrEnum):
    """What the audit log records."""

    INVITED = "invited"
    REVOKED = "revoked"  # an invitation
    ENROLLED = "enrolled"
    RENAMED = "renamed"
    SIGNED_IN = "signed_in"  # to the officials' pages
    SIGNED_OUT = "signed_out"
    REMOVED = "removed"
    REPORT = "report"
    EXPORT = "export"
    SUBSCRIBED = "subscribed"
    FOLLOW_UP = "follow_up"
    ALERT = "alert"
    RESENT = "resent"  # messages that had failed
    CLOSED = "closed"
    SUBMISSION = "submission"  # a step with a unit's report
    DEADLINE = "deadline"  # for the reports of a period
    REFUSED = "refused"
    IMPORTED = "imported"  # a file
    UNDONE = "undone"  # an import
    # by an operator, with a command of `skm`:
    BACKED_UP = "backed_up"
    RESTORED = "restored"
    MIGRATED = "migrated"
    MOVED = "moved"  # into another database
    PURGED = "purged"
    RECOUNTED = "recounted"  # the rollup of a unit
    SEEDED = "seeded"  # with the demo city
    COLLECTOR = "collector"  # a new one
    TICKETS = "tickets"


@dataclass(frozen=True)
class Official:
    """An official who accepted an invitation.

    `upp`: the code of their unit, None for the whole instansi. `address`: where the channel reaches
    them; it is stored, unlike a respondent's, because officials are sent messages. `alerts`:
    whether they get alerts and reminders; digests are subscribed to apart from these.
    """

    id: int
    name: str
    role: Role
    upp: str | None
    channel: str
    address: str
    language: str
    since: datetime
    alerts: bool = True


def may(official: Official | None, action: Action, lineage: Sequence[str]) -> bool:
    """Whether `official` may do `action` with a unit. None is somebody who is not an official.

    `lineage`: the codes of the unit and of all units above it, in any order; empty for the whole
    instansi, for which the official must not belong to a unit.
    """
    if official is None or action not in ALLOWED[official.role]:
        return False
    return official.upp is None or official.upp in lineage


@dataclass(frozen=True)
class Invitation:
    """What an official is invited as. `name`: how admins see them, "" to let them choose it."""

    role: Role
    upp: str | None = None
    name: str = ""

    def __str__(self) -> str:
        """ "officer PAJANG"; "admin" for the whole instansi."""
        return f"{self.role} {self.upp or ''}".strip()
