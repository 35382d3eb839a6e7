"""Officials: who may do what with whose figures. One table, one question, no by default.

A role is held for one unit and everything below it, or for the whole instansi (`upp` None).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What somebody was invited as."""

    ADMIN = "admin"
    OFFICER = "officer"
    VIEWER = "viewer"


class Action(StrEnum):
    """What may be allowed. The figures of a unit include its comments."""

    READ = "read"
    EXPORT = "export"
    SUBSCRIBE = "subscribe"
    FOLLOW_UP = "follow_up"
    INVITE = "invite"
    MANAGE = "manage"  # remove officials, close periods
    AUDIT = "audit"
    HEALTH = "health"


ALLOWED: dict[Role, frozenset[Action]] = {
    Role.ADMIN: frozenset(Action),
    Role.OFFICER: frozenset({Action.READ, Action.EXPORT, Action.SUBSCRIBE, Action.FOLLOW_UP}),
    Role.VIEWER: frozenset({Action.READ, Action.SUBSCRIBE}),
}


class Deed(StrEnum):
    """What is written down about an official: every enrolment, report, export and change."""

    INVITED = "invited"
    ENROLLED = "enrolled"
    RENAMED = "renamed"
    REMOVED = "removed"
    REPORT = "report"
    EXPORT = "export"
    SUBSCRIBED = "subscribed"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"
    REFUSED = "refused"
    BACKED_UP = "backed_up"  # by an operator
    RECOUNTED = "recounted"  # the rollup of a unit, by an operator


@dataclass(frozen=True)
class Official:
    """Somebody who was invited. `upp`: the code of their unit, None for the whole instansi.

    `address` is where the channel reaches them: officials are written to, unlike citizens.
    """

    id: int
    name: str
    role: Role
    upp: str | None
    channel: str
    address: str
    language: str
    since: datetime


def may(official: Official | None, action: Action, lineage: Sequence[str]) -> bool:
    """Whether `official` may do `action` with a unit.

    `lineage`: the unit's code and those of all units above it, in any order; empty for what
    concerns the whole instansi, which only somebody without a unit of their own may do.
    """
    if official is None or action not in ALLOWED[official.role]:
        return False
    return official.upp is None or official.upp in lineage


@dataclass(frozen=True)
class Invitation:
    """What somebody is invited as. `name`: how admins know them, "" where they may say it."""

    role: Role
    upp: str | None = None
    name: str = ""

    def __str__(self) -> str:
        """ "officer PAJANG"; "admin" for the whole instansi."""
        return f"{self.role} {self.upp or ''}".strip()
