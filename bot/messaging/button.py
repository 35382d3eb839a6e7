"""The data of a button: its visit and an event, in at most 64 bytes (Telegram's limit)."""

from skm.survey.event import Event, EventType


def button_data(visit_id: str, event: Event) -> str:
    """ "K7Q2M9XD.a:U3:4"."""
    return f"{visit_id}.{event}"


def parse_button(data: str) -> tuple[str, Event]:
    """(visit id, event) of a button's data; ("", SHOW) for data that is none of ours."""
    visit_id, dot, event = data.partition(".")
    return (visit_id, Event.parse(event)) if dot else ("", Event(EventType.SHOW))
