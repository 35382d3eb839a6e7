"""What officials hear without asking: the digest on Monday, an alert when it cannot wait."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.messaging.channel import SendError
from bot.messaging.message import Outbound
from bot.scheduled.alerts import Alerts
from bot.scheduled.digests import Digests
from bot.scheduled.news import News
from bot.scheduled.sender import Sender
from bot.scheduled.still_wanted import still_wanted
from skm.figures.ikm import Mutu
from skm.instansi.collector import Collector
from skm.instansi.upp import Upp
from skm.notices.delivery import DeliveryKind, DeliveryState
from skm.output.charts.palette import BANDS, RIBBON
from skm.store.officials import deliveries, officials
from skm.store.survey import collectors, responses, upps
from tests.bot.scheduled.test_sender import Mailbox
from tests.tools.chat import CODE, DRAWING, Chat, Desk, a_desk
from tests.tools.pixels import amount, bars, decoded
from tests.tools.store_city import call, given_by

FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # 09:00 in Jakarta
MONDAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)  # 07:30


@dataclass
class Post:
    """An installation whose clock a test turns; `ticks` does what the server's clock does."""

    desk: Desk
    mailbox: Mailbox = field(default_factory=Mailbox)

    async def ticks(self, at: datetime | None = None) -> list[Outbound]:
        """What arrived with this tick."""
        if at:
            self.desk.time.at = at
        db, instansi = self.desk.db, self.desk.instansi
        digests = Digests(db, instansi, DRAWING, self.desk.inbox.instrument)
        alarms, news = Alerts(db, instansi, silent_days=14), News(db, instansi)
        compose = {
            DeliveryKind.DIGEST: digests.compose,
            DeliveryKind.LOWEST: alarms.compose,
            DeliveryKind.ALERT: alarms.compose,
            DeliveryKind.BLOCKED: alarms.compose_blocked,
            DeliveryKind.NEWS: news.compose,
        }
        before = len(self.mailbox.arrived)
        for plan in (alarms.detect, digests.plan, alarms.plan, news.plan):
            await db.write(plan)
        await Sender(
            db, {"telegram": self.mailbox}, lambda due, to: compose[due.plan.kind](due, to),
            self.desk.time, wanted=still_wanted,
        ).deliver()  # fmt: skip
        return [said for _, said in self.mailbox.arrived[before:]]

    async def states(self) -> list[DeliveryState]:
        found = await self.desk.db.read(call(deliveries.listed, FRIDAY - timedelta(days=30)))
        return [delivery.state for delivery in found]

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
    assert "\nResponden: 6 dari target 7\n" in said.text
    assert (
        "Triwulan IV 2026 (sementara): 6 responden dari target 94."
        " Di bawah target: sampai hari ini seharusnya 54. Perlu 3 responden lagi per hari."
    ) in said.text
    assert len(said.text) <= 1024
    assert said.attachment is not None
    assert bars(decoded(said.attachment.content), BANDS[Mutu.C].fill) == 9
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
    for _ in range(10):
        await post.answers(3)
    await post.ticks(MONDAY)
    await post.answers(2)
    [said] = await post.ticks(MONDAY + timedelta(days=7))
    assert "\nResponden: kurang dari 5, target 7. " in said.text
    assert said.attachment
    picture = decoded(said.attachment.content)
    assert all(bars(picture, paint.fill) == 0 for paint in BANDS.values())
    assert amount(picture, RIBBON) > 0  # the interval of the week before


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


async def test_stopping_the_last_digest_does_not_stop_the_alerts(post: Post) -> None:
    chat = await post.desk.official("officer", "PAJANG", "Sri")
    await chat.types("/langganan mingguan berhenti")
    chat.hears("belum berlangganan", "Siaga: aktif")
    await post.answers(1)
    [said] = await post.ticks()
    assert "jawaban bernilai 1" in said.text
    [said] = await post.ticks(MONDAY)
    assert said.text.startswith("Pengingat, belum ditanggapi")


async def test_turning_alerts_off_and_on_brings_back_no_digest_that_was_stopped(
    post: Post,
) -> None:
    chat = await post.desk.official("officer", "PAJANG", "Sri")
    await chat.types("/langganan mingguan berhenti")
    await chat.types("/langganan siaga mati")
    chat.hears("Siaga: tidak aktif")
    await chat.types("/langganan siaga aktif")
    chat.hears("belum berlangganan", "Siaga: aktif")
    assert await post.ticks(MONDAY) == []


async def test_subscribing_anew_leaves_alerts_turned_off(post: Post) -> None:
    chat = await post.desk.official("officer", "PAJANG", "Sri")
    await chat.types("/langganan siaga mati")
    await chat.types("/langganan mingguan berhenti")
    await chat.types("/langganan bulanan")
    chat.hears("Siaga: tidak aktif")
    await post.answers(1)
    assert await post.ticks() == []


async def test_a_digest_that_was_stopped_before_it_left_does_not_come(post: Post) -> None:
    """Planned, tried and to be tried again; then its reader unsubscribes."""
    chat = await post.desk.official("officer", "PAJANG", "Sri")
    post.mailbox.script = [SendError("busy", retryable=True)]
    assert await post.ticks(MONDAY) == []
    await chat.types("/langganan mingguan berhenti")
    assert await post.ticks(MONDAY + timedelta(hours=1)) == []
    await chat.types("/langganan mingguan")  # a new subscription: from the next Monday on
    assert await post.ticks(MONDAY + timedelta(hours=2)) == []
    assert len(await post.ticks(MONDAY + timedelta(days=7))) == 1


async def test_a_digest_that_is_stopped_at_the_last_moment_does_not_come(post: Post) -> None:
    """While it waits for its turn to be sent, after it was composed."""
    chat = await post.desk.official("officer", "PAJANG", "Sri")

    async def stop() -> None:
        await chat.types("/langganan mingguan berhenti")

    post.mailbox.waiting = stop
    assert await post.ticks(MONDAY) == []
    assert await post.states() == [DeliveryState.CANCELLED]


async def test_stopping_one_digest_leaves_the_other(post: Post) -> None:
    chat = await post.desk.official("officer", "PAJANG", "Sri")
    await chat.types("/langganan harian")
    post.mailbox.script = [SendError("busy", retryable=True)] * 2
    assert await post.ticks(MONDAY) == []
    await chat.types("/langganan harian berhenti")
    [said] = await post.ticks(MONDAY + timedelta(hours=1))
    assert "Ringkasan SKM Puskesmas Pajang, minggu" in said.text


@pytest.mark.parametrize("meanwhile", ["/langganan siaga mati", "/siaga 1 terima"])
async def test_an_alert_that_is_turned_off_or_taken_before_it_left_does_not_come(
    post: Post, meanwhile: str
) -> None:
    chat = await post.desk.official("officer", "PAJANG", "Sri")
    await post.answers(1)
    post.mailbox.script = [SendError("busy", retryable=True)]
    assert await post.ticks() == []
    await chat.types(meanwhile)
    assert await post.ticks(FRIDAY + timedelta(hours=1)) == []
    assert await post.states() == [DeliveryState.CANCELLED]


async def test_who_is_no_official_any_more_gets_nothing_that_was_to_be_tried_again(
    post: Post,
) -> None:
    admin = await post.desk.official("admin", None, "Wahyu")
    await post.desk.official("officer", "PAJANG", "Sri")
    post.mailbox.script = [SendError("busy", retryable=True)] * 2
    assert await post.ticks(MONDAY) == []
    await post.desk.db.write(call(officials.remove, 2, MONDAY))
    await post.ticks(MONDAY + timedelta(hours=1))
    assert [chat for chat, _ in post.mailbox.arrived] == [f"chat-{admin.user}"]


async def test_many_silent_units_are_one_alert_a_day_and_a_lowest_answer_is_its_own(
    post: Post,
) -> None:
    """An office of a city would get a message for each of its units after every long holiday."""
    desk = post.desk
    await desk.official("admin", None, "Wahyu")
    await desk.db.write(call(upps.put, [Upp(f"UNIT{n}", f"Unit {n}") for n in range(12)]))
    rows = [(given_by(f"r{n}", 3, f"UNIT{n}"), date(2026, 11, 2)) for n in range(12)]
    await desk.db.write(call(responses.insert_many, rows, desk.inbox.instrument))
    for n in range(12):
        where = Collector(f"K7QA{n:02}", f"UNIT{n}", "", "")
        await desk.db.write(call(collectors.add, where, FRIDAY))
    await post.answers(1)
    several, lowest = sorted(await post.ticks(FRIDAY), key=lambda said: said.text)
    assert "jawaban bernilai 1 pada" in lowest.text
    assert several.text.startswith("13 siaga belum ditanggapi:")
    assert several.text.endswith("Dan 3 lagi.")
    assert several.choices[0].data == "/siaga"
    assert await post.ticks(FRIDAY + timedelta(hours=1)) == []
    assert len(await post.ticks(FRIDAY + timedelta(days=1))) == 1


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
    said = [*await post.ticks(MONDAY), *await post.ticks()]
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
