"""How the content of a delivery is stored: encoded when it is composed, decoded to be sent."""

import json

from bot.messaging.message import Attachment, Choice, Outbound
from skm.notices.delivery import Frozen


def encoded(outbound: Outbound) -> Frozen:
    """The message as text and picture; what only edited messages have (progress, …) is left out."""
    file = outbound.attachment
    plain = {
        "text": outbound.text,
        "rows": [[[c.label, c.data, c.url] for c in row] for row in outbound.rows],
        "language": outbound.language,
        "attachment": file and [file.name, file.media_type],
    }
    content = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return Frozen(content, file.content if file else None)


def decoded(frozen: Frozen) -> Outbound:
    """The same message again."""
    plain = json.loads(frozen.content)
    file = plain["attachment"]  # rows of earlier versions have a third item
    return Outbound(
        plain["text"],
        tuple(tuple(Choice(label, data, url) for label, data, url in row) for row in plain["rows"]),
        attachment=Attachment(file[0], file[1], frozen.picture or b"") if file else None,
        language=plain["language"],
    )
