"""The same conversation on every messenger: what is said and offered differs only in how it looks.

One citizen has Telegram, another WhatsApp; both channels are real, up to the sockets, and answered
by one inbox. Differences that remain are those of the look: a bar that Telegram draws, a list's
ten rows in WhatsApp, of which the text names the rest.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

import pytest

from bot.telegram.channel import TelegramChannel
from tests.bot.whatsapp.line import a_line, unlimited
from tests.conftest import Fresh
from tests.stand.telegram import BotApi
from tests.tools.chat import CODE, TICKETED


class Person(Protocol):
    """Somebody with a messenger: tests.stand.citizen.Citizen, tests.stand.phone.Phone."""

    async def scans(self, code: str) -> object: ...
    async def types(self, text: str) -> object: ...
    async def taps(self, label: str) -> object: ...


@dataclass
class Told:
    """A person, and what both sides said: without what is only how it looks."""

    person: Person
    screen: Callable[[], tuple[str, list[str]]]
    said: list[str] = field(default_factory=list)

    async def scans(self, code: str) -> None:
        await self._does(f"scans {code}", self.person.scans(code))

    async def types(self, text: str) -> None:
        await self._does(f"types {text}", self.person.types(text))

    async def taps(self, *labels: str) -> None:
        for label in labels:
            await self._does(f"taps {label}", self.person.taps(label))

    async def _does(self, what: str, act: Awaitable[object]) -> None:
        await act
        text, labels = self.screen()
        receipt = re.sub(r"\b[2-9A-HJ-NP-Z]{8}\b", "K7Q2M9XD", text)
        self.said += [f"» {what}", receipt, " | ".join(labels), ""]


Story = Callable[[Told], Awaitable[None]]


async def a_whole_survey(citizen: Told) -> None:
    await citizen.scans(CODE)
    await citizen.taps("Sangat sesuai", "Mudah", "Kurang cepat", "Kembali", "Cepat")
    await citizen.taps("Gratis", "Sesuai", "Sangat kompeten", "Sopan dan ramah", "Baik")
    await citizen.taps("Dikelola dengan baik")
    await citizen.taps("Perempuan", "Lewati semua")
    await citizen.types("Kursi ruang tunggu kurang.")
    await citizen.taps("Periksa jawaban", "Biaya", "Murah", "Sudah benar, lanjut", "Selesai")
    await citizen.scans(CODE)


async def typed_from_beginning_to_end(citizen: Told) -> None:
    await citizen.types(CODE.lower())
    for said in ("4", "sangat mudah", "bla bla", "dua", "murah", "3", "3", "3", "3", "1"):
        await citizen.types(said)
    await citizen.types("laki")
    await citizen.types("lewati semua")
    await citizen.types("Terima kasih")
    await citizen.types("selesai")


async def leaving_and_coming_back(citizen: Told) -> None:
    await citizen.types("halo")
    await citizen.types("ZZZZ99")
    await citizen.scans(CODE)
    await citizen.taps("Sesuai", "Berhenti", "Lanjutkan", "Bahasa", "English")
    await citizen.types("/help")
    await citizen.types("/language")
    await citizen.taps("Bahasa Indonesia")
    await citizen.types("/hapus")
    await citizen.taps("Ya, hapus")
    await citizen.scans(TICKETED)


async def declining(citizen: Told) -> None:
    await citizen.scans(CODE)
    await citizen.taps("Tidak bersedia")


STORIES = [a_whole_survey, typed_from_beginning_to_end, leaving_and_coming_back, declining]


@asynccontextmanager
async def on_telegram(url: str) -> AsyncIterator[Told]:
    async with a_line(url) as line, BotApi() as api:
        inbox = line.desk.inbox
        most = inbox.limits["whatsapp"].profile
        limits = {**inbox.limits, "telegram": replace(TelegramChannel.limits, profile=most)}
        inbox = replace(inbox, limits=limits)
        channel = TelegramChannel(api.token, api_url=api.url, limiter=unlimited())
        async with channel as telegram:
            running = asyncio.create_task(telegram.run_polling(inbox.receive))
            citizen = api.citizen()

            def screen() -> tuple[str, list[str]]:
                text = re.sub(r"\n\n[▰▱]+$", "", citizen.sees)
                return text, [label.removeprefix("✓ ") for label in citizen.screen.labels]

            yield Told(citizen, screen)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def on_whatsapp(url: str) -> AsyncIterator[Told]:
    async with a_line(url) as line:
        phone = line.phone()

        def screen() -> tuple[str, list[str]]:
            text, _, named = phone.sees.partition("\n\nBisa juga diketik: ")
            return text, phone.labels + [label for label in named.rstrip(".").split(", ") if label]

        yield Told(phone, screen)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
async def test_the_same_is_said_on_telegram_and_on_whatsapp(story: Story, fresh: Fresh) -> None:
    transcripts = []
    for messenger in (on_telegram, on_whatsapp):
        with fresh() as url:
            async with messenger(url) as citizen:
                await story(citizen)
            transcripts.append(citizen.said)
    assert transcripts[0] == transcripts[1]
    assert len(transcripts[0]) > 4
