"""Text of strangers as others read it in a chat: nothing in it can be tapped or turns the line.

Messengers make links, mentions and commands of plain text by themselves. A space after the sign
that they look for stops that, and the words stay legible: "https: // a. id", "@ budi", "/ hapus".
"""

import re

# Marks that turn the direction of a line, characters without width (the joiners of scripts and
# emoji stay), tags, and control characters other than line feed and tab.
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
TAPPED = re.compile(
    r"(?<=[^\W\d]):(?=\S)"  # https://, tg://, mailto:
    r"|[@＠](?=\w)"  # mentions, addresses
    r"|(?<!\w)[/#$](?=\w)"  # commands, hashtags, cashtags
    r"|(?<=\w)[.。．｡](?=[^\W\d])"  # names of hosts; figures such as 19.30 stay
)
ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")  # IPv4


def inert(text: str) -> str:
    """The text with a space after each sign that a messenger would make something of."""
    shown = HIDDEN.sub("", text)
    shown = ADDRESS.sub(lambda found: found[0].replace(".", ". "), shown)
    return TAPPED.sub(lambda found: f"{found[0]} ", shown)
