"""Words entries of the audit log: who did what, and when."""

from bot.request.instansi import Instansi
from skm.instansi.official import AuditEvent, Role
from skm.store.officials.audit_log import AuditEntry

ABOUT_A_ROLE = (AuditEvent.INVITED, AuditEvent.ENROLLED, AuditEvent.REVOKED)


def line(instansi: Instansi, language: str, entry: AuditEntry) -> str:
    """ "23 November 2026, 09.15 Pak Budi: menutup periode 2026-Q3"."""
    say = instansi.catalog.say
    return say(
        language,
        "official.audit_line",
        at=entry.at.astimezone(instansi.zone),
        name=who(instansi, language, entry),
        event=say(language, f"official.event_{entry.event}"),
        about=_about(instansi, language, entry),
    )


def who(instansi: Instansi, language: str, entry: AuditEntry) -> str:
    """The name at that moment; the number of an official without one; the operator."""
    if entry.official is None:
        return instansi.catalog.say(language, "official.operator")
    unnamed = instansi.catalog.say(language, "official.unnamed", id=str(entry.official))
    return entry.name or unnamed


def _about(instansi: Instansi, language: str, entry: AuditEntry) -> str:
    """What was done to what; a role by its name in the reader's language."""
    role, _, rest = entry.about.partition(" ")
    if entry.event not in ABOUT_A_ROLE or role not in set(Role):
        return entry.about
    return f"{instansi.catalog.say(language, f'official.{role}')} {rest}".strip()
