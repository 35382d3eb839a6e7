"""Pure: a typed line → Inbound, Outbound → lines with numbered choices."""

from bot.messaging.message import Address, Inbound, Outbound, storable

BAR = 9  # characters of a progress bar


def address(user: str) -> Address:
    """The address of the user of this terminal."""
    return Address("terminal", user, user)


def opening(code: str, id: str, user: str) -> Inbound:
    """The start at a collector; `code` may carry a ticket."""
    return Inbound(id, address(user), start=code)


def inbound(line: str, id: str, user: str, shown: Outbound | None) -> Inbound:
    """A number presses the button that it names on the screen; anything else was typed."""
    said = storable(line).strip()
    choices = shown.choices if shown else ()
    if said.isascii() and said.isdecimal() and 0 < int(said[:4]) <= len(choices):
        return Inbound(id, address(user), choice=choices[int(said[:4]) - 1].data)
    return Inbound(id, address(user), text=said)


def lines(outbound: Outbound) -> str:
    """What is shown: the text, how far it is, and the choices with their numbers."""
    parts = [outbound.text]
    if outbound.progress:
        done, of = outbound.progress
        filled = BAR * done // of
        parts.append(f"[{'#' * filled}{'.' * (BAR - filled)}] {done}/{of}")
    choices = [
        f"{number:>3}  {'✓ ' if choice.chosen else ''}{choice.label}"
        f"{f' – {choice.hint}' if choice.hint else ''}{f' {choice.url}' if choice.url else ''}"
        for number, choice in enumerate(outbound.choices, 1)
    ]
    return "\n\n".join(["", *parts, *(["\n".join(choices)] if choices else [])])
