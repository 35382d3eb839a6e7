"""What officials hear without asking: the digest on Monday, an alert when it cannot wait."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.alarms import Alarms
from bot.ask import Desk as OfficialsDesk
from bot.channel import SendError
from bot.delivery import Postman
from bot.digests import Digests
from bot.message import Outbound
from skm.delivery import Kind
from tests.bot.test_delivery import Mailbox
from tests.chat import CODE, Chat, Desk, a_desk

FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # 09:00 in Jakarta
MONDAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)  # 07:30


@dataclass
class Post:
    """An installation whose clock a test turns; `ticks` does what the server's clock does."""

    desk: Desk
    mailbox: Mailbox = field(default_factory=Mailbox)

    @property
    def office(self) -> OfficialsDesk:
        return self.desk.inbox.officials.desk

    async def ticks(self, at: datetime | None = None) -> list[Outbound]:
        """What arrived with this tick."""
        if at:
            self.desk.time.at = at
        digests, alarms = Digests(self.office, self.desk.inbox.instrument), Alarms(self.office)
        compose = {
            Kind.DIGEST: digests.compose,
            Kind.ALERT: alarms.compose,
            Kind.BLOCKED: alarms.compose_blocked,
        }
        db, before = self.desk.db, len(self.mailbox.arrived)
        for plan in (alarms.notice, digests.plan, alarms.plan):
            await db.write(plan)
        await Postman(
            db, {"telegram": self.mailbox}, lambda due, to: compose[due.plan.kind](due, to),
            self.desk.time,
        ).deliver()  # fmt: skip
        return [said for _, said in self.mailbox.arrived[before:]]

    async def answers(self, nilai: int, saran: str = "") -> Chat:
        chat = await (await self.desk.chat().opens(CODE)).answers_all(nilai)
        await chat.taps("Lewati semua")
        if saran:
            await chat.types(saran)
        return await chat.taps("Selesai")


@pytest.fixture
async def post(database_url: str) -> AsyncIterator[Post]:
    async with a_desk(database_url) as desk:
        desk.time.at = FRIDAY
        yield Post(desk)


async def test_an_officer_hears_on_monday_at_half_past_seven_without_asking(post: Post) -> None:
    await post.desk.official("officer", "PAJANG", "Sri")
    for _ in range(6):
        await post.answers(3, "Antre terlalu lama")
    assert await post.ticks(MONDAY.replace(minute=29)) == []
    [said] = await post.ticks(MONDAY)
    assert "Ringkasan SKM Puskesmas Pajang" in said.text
    assert "IKM 75,00" in said.text
    assert "Saran masuk: 6" in said.text
    assert "Terlambat" not in said.text
    assert "\nResponden: 6\n" in said.text  # nobody is to reach the target of a survey in a week
    assert len(said.text) <= 1024
    assert said.attachment is not None
    assert said.attachment.content.startswith(b"\x89PNG")
    assert "Persyaratan 75,00" in said.attachment.alt
    assert await post.ticks(MONDAY.replace(hour=5)) == []


async def test_the_digest_says_what_came_of_last_quarters_plans(post: Post) -> None:
    desk = post.desk
    desk.time.at = datetime(2026, 8, 3, 3, 0, tzinfo=UTC)
    for _ in range(6):
        await post.answers(2)
    desk.time.at = FRIDAY
    chat = await (await desk.official("officer", "PAJANG", "Sri")).types("/tl 2026-Q3")
    await chat.taps("Persyaratan", "Tulis rencana")
    await chat.types("Memasang daftar syarat")
    await chat.presses(0)
    await chat.types("Sri")
    await chat.taps("Tandai selesai")
    await chat.types("Daftar terpasang")
    for _ in range(6):
        await post.answers(3)
    [said] = await post.ticks(MONDAY)
    assert "Tindak lanjut triwulan III 2026: Terlaksana 33,33% (1 dari 3)" in said.text


async def test_who_reads_of_many_units_sees_which_a_comment_is_about(post: Post) -> None:
    await post.desk.official("admin", None, "Wahyu")
    for _ in range(6):
        await post.answers(3, "Antre terlalu lama")
    [said] = [one for one in await post.ticks(MONDAY) if one.attachment]
    assert "“Antre terlalu lama” (Puskesmas Pajang, Pendaftaran, 20 November 2026)" in said.text


async def test_a_week_that_is_not_shown_has_a_picture_of_the_weeks_before_only(post: Post) -> None:
    await post.desk.official("officer", "PAJANG", "Sri")
    for _ in range(6):
        await post.answers(3)
    await post.ticks(MONDAY)
    await post.answers(2)
    [said] = await post.ticks(MONDAY + timedelta(days=7))
    assert "\nResponden: kurang dari 5. " in said.text
    assert said.attachment
    assert said.attachment.alt.startswith("IKM per periode: 16 Nov 75,00")


async def test_a_week_without_answers_says_so_in_one_line(post: Post) -> None:
    await post.desk.official("officer", "PAJANG", "Sri")
    [said] = await post.ticks(MONDAY)
    assert "Tidak ada responden pada periode ini." in said.text
    assert said.attachment is None


async def test_a_group_of_fewer_than_five_is_not_broken_down(post: Post) -> None:
    await post.desk.official("officer", "PAJANG", "Sri")
    for _ in range(4):
        await post.answers(2, "Rahasia")
    [said] = await post.ticks(MONDAY)
    assert "kurang dari 5" in said.text
    assert "Rahasia" not in said.text
    assert "50,00" not in said.text


async def test_a_digest_that_was_missed_comes_once_and_says_that_it_is_late(post: Post) -> None:
    await post.desk.official("officer", "PAJANG", "Sri")
    [said] = await post.ticks(datetime(2026, 12, 9, 3, 0, tzinfo=UTC))
    assert "Terlambat: semestinya dikirim 7 Desember 2026 pukul 07.30." in said.text
    assert await post.ticks() == []


async def test_langganan_sets_day_and_hour_and_can_be_stopped(post: Post) -> None:
    chat = await post.desk.official("officer", "PAJANG", "Sri")
    await chat.types("/langganan mingguan jumat 16.00")
    chat.hears("Mingguan, Jumat pukul 16.00")
    assert await post.ticks(FRIDAY.replace(hour=8, minute=59)) == []
    assert len(await post.ticks(FRIDAY.replace(hour=9))) == 1
    assert await post.ticks(MONDAY) == []
    await chat.types("/langganan mingguan berhenti")
    chat.hears("belum berlangganan")
    await chat.types("/langganan kapan saja")
    chat.hears("Tulis seperti ini")


async def test_a_lowest_answer_alerts_the_units_officer_once_without_name_or_time(
    post: Post,
) -> None:
    await post.desk.official("officer", "PAJANG", "Sri")
    for _ in range(2):
        await post.answers(1)
    [said] = await post.ticks()
    assert "jawaban bernilai 1 pada 20 November 2026, untuk unsur Persyaratan;" in said.text
    assert "09" not in said.text
    await post.answers(1)
    assert await post.ticks() == []


async def test_an_alert_is_taken_in_hand_or_comes_again_the_next_morning(post: Post) -> None:
    chat = await post.desk.official("officer", "PAJANG", "Sri")
    await post.answers(1)
    [first] = await post.ticks()
    await chat.forges(first.choices[2].data)
    chat.hears("21 November 2026")
    assert await post.ticks(FRIDAY.replace(hour=23)) == []
    [again] = await post.ticks(datetime(2026, 11, 21, 0, 30, tzinfo=UTC))
    assert "Pengingat" in again.text
    await chat.forges(again.choices[0].data)
    chat.hears("ditangani oleh Sri")
    await chat.forges(again.choices[0].data)
    chat.hears("sudah ditangani")
    assert await post.ticks(datetime(2026, 11, 22, 0, 30, tzinfo=UTC)) == []


async def test_an_alert_is_handed_on_to_somebody_who_may_see_the_unit(post: Post) -> None:
    sri = await post.desk.official("officer", "PAJANG", "Sri")
    wahyu = await post.desk.official("admin", None, "Wahyu")
    await post.answers(1)
    [first] = await post.ticks()
    await sri.forges(first.choices[1].data)
    assert sri.labels == ["Wahyu"]
    await sri.taps("Wahyu")
    sri.hears("diserahkan kepada Wahyu")
    [handed] = await post.ticks()
    assert handed.text.startswith("Siaga ini diserahkan kepada Anda.\nPuskesmas Pajang: ")
    await wahyu.forges(handed.choices[0].data)
    wahyu.hears("ditangani oleh Wahyu")


async def test_nobody_acts_on_the_alerts_of_another_unit(post: Post) -> None:
    stranger = await post.desk.official("viewer", None, "Tamu")
    await post.desk.official("officer", "PAJANG", "Sri")
    await post.answers(1)
    await post.ticks()
    citizen = await post.desk.chat().types("/siaga 1 terima")
    citizen.hears("petugas")
    await stranger.types("/siaga 99 terima")
    stranger.hears("tidak ditemukan")


async def test_an_admin_is_told_once_who_cannot_be_reached(post: Post) -> None:
    for name in ("Wahyu", "Ratna"):
        await post.desk.official("admin", None, name)
    post.mailbox.script = [SendError("blocked", blocked=True)]
    said = await post.ticks(MONDAY)
    told = [one.text for one in said if "tidak dapat dikirim karena" in one.text]
    assert len(told) == 1
    assert await post.ticks() == []


async def test_kesehatan_shows_what_went_out_and_resends_what_failed(post: Post) -> None:
    chat = await post.desk.official("admin", None, "Wahyu")
    post.mailbox.script = [SendError("Bad Request: chat not found")]
    assert await post.ticks(MONDAY) == []
    await chat.types("/kesehatan")
    chat.hears("Gagal: 1", "chat not found")
    await chat.taps("Kirim ulang yang gagal")
    chat.hears("Dijadwalkan ulang: 1")
    [said] = await post.ticks()
    assert "Ringkasan SKM" in said.text
