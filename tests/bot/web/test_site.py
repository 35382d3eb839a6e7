"""The site as a whole: landing and home page, errors, headers, sizes."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterable
from itertools import pairwise
from time import monotonic

import httpx
import pytest
from starlette.requests import Request

from bot.messaging.channel import Send
from bot.messaging.links import Links
from bot.messaging.message import Inbound
from bot.web.survey import collector, slow_down
from bot.web.survey.collector import CollectorLookup
from skm.store.database.database import StoreError
from skm.store.survey import tickets
from tests.bot.web.citizen import Citizen, word
from tests.bot.web.page import Page
from tests.tools.chat import Desk
from tests.tools.served import Clock, served, site_of

PAGE_LIMIT = 20 * 1024  # bytes with the style sheet, uncompressed


# --- landing -------------------------------------------------------------------------------------


async def test_a_landing_page_shows_unit_service_and_code(citizen: Citizen) -> None:
    await citizen.opens("/s/PAJANG")
    citizen.sees("Pemerintah Kota Surakarta", "Puskesmas Pajang", "Pendaftaran", "Loket 1")
    citizen.sees("PAJANG")


async def test_every_configured_channel_is_offered(citizen: Citizen) -> None:
    await citizen.opens("/s/PAJANG")
    citizen.sees("Telegram", "WhatsApp")
    assert channel_paths(citizen)[0] == "/s/PAJANG/chat"


def channel_paths(citizen: Citizen) -> list[str]:
    """The targets of the large buttons of a landing page, in their order."""
    places = []
    for node in citizen.page.nodes:
        if node.attrs.get("class") in ("action", "secondary"):
            form = node.up("form")
            places.append(node.attrs.get("href") or (form.attrs["action"] if form else ""))
    return places


async def test_a_channel_that_is_not_configured_is_not_offered(desk: Desk) -> None:
    async with served(site_of(desk, links=Links("http://x"))) as base, Citizen(base) as citizen:
        await citizen.opens("/s/PAJANG")
        assert channel_paths(citizen) == ["/s/PAJANG/chat"]
        await citizen.opens("/s/PAJANG/telegram")
        assert citizen.status == 404


async def test_the_channel_chosen_last_comes_first(
    citizen: Citizen,
) -> None:
    citizen.client.follow_redirects = False
    await citizen.opens("/s/PAJANG/telegram")
    assert citizen.got.headers["location"] == "https://t.me/skm_surakarta_bot?start=PAJANG"
    await citizen.opens("/s/PAJANG/whatsapp")
    prefilled = httpx.URL(citizen.got.headers["location"]).params["text"]
    assert "PAJANG" in prefilled
    assert len(prefilled) <= 140
    await citizen.opens("/s/PAJANG")
    assert channel_paths(citizen) == ["/s/PAJANG/whatsapp", "/s/PAJANG/chat", "/s/PAJANG/telegram"]


async def test_a_code_is_read_in_any_case(citizen: Citizen) -> None:
    await citizen.opens("/s/pajang?lang=en")
    assert citizen.status == 200
    assert citizen.got.url.raw_path == b"/s/PAJANG?lang=en"


async def test_the_survey_is_in_the_language_of_the_landing_page(
    citizen: Citizen,
) -> None:
    await citizen.opens("/s/PAJANG?lang=en")
    await citizen.begins("/s/PAJANG")
    citizen.sees("Question 1 of 9")


async def test_the_language_of_the_browser_is_used(base: str) -> None:
    async with Citizen(base, **{"Accept-Language": "fr-FR,jv-ID;q=0.9,id;q=0.8"}) as citizen:
        await citizen.opens("/s/PAJANG")
        assert citizen.page.all("html")[0].attrs["lang"] == "jv"


@pytest.mark.parametrize(
    "path", ["/s/ZZZZ99", "/s/<script>", "/s/%F0%9F%98%80", "/s/A", "/s/" + "K" * 200]
)
async def test_an_unknown_code_is_answered_with_a_code_form(citizen: Citizen, path: str) -> None:
    await citizen.opens(path)
    assert citizen.status == 404
    assert "<script>" not in citizen.got.text
    await citizen.presses(word("landing.code_send"), kode="pajang")
    assert (citizen.path, citizen.status) == ("/s/PAJANG", 200)


async def test_a_code_can_be_typed_on_the_home_page(citizen: Citizen) -> None:
    await citizen.opens("/")
    citizen.sees("Pemerintah Kota Surakarta")
    await citizen.presses(word("landing.code_send"), kode="tidakada")
    assert citizen.status == 404
    for typed in (
        " pa jang ",
        "_PAJANG_",
        "PAJ-ANG",
        "PAJANG.",
        "https://survei.test/s/PAJANG?x=1",
    ):
        await citizen.opens("/")
        await citizen.presses(word("landing.code_send"), kode=typed)
        assert citizen.path == "/s/PAJANG"


@pytest.mark.parametrize("path", ["_PAJANG_", "PAJ%20ANG", "PAJANG.", "paj-ang", "“PAJANG”"])
async def test_a_link_with_a_code_that_was_copied_badly_leads_to_its_page(
    citizen: Citizen, path: str
) -> None:
    await citizen.opens(f"/s/{path}?lang=jw")
    assert (citizen.path, citizen.status) == ("/s/PAJANG", 200)
    assert citizen.page.all("html")[0].attrs["lang"] == "jv"


# --- floods --------------------------------------------------------------------------------------

PAUSE = 0.2  # seconds, instead of eight


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is beyond a limit waits for a short time only."""
    monkeypatch.setattr(slow_down, "PAUSE", PAUSE)


@pytest.mark.usefixtures("pauses")
async def test_guessing_codes_is_slowed_down_and_known_codes_are_not(desk: Desk) -> None:
    clock = Clock()
    async with served(site_of(desk, clock=clock)) as base, Citizen(base) as citizen:
        for number in range(120):
            assert (await citizen.opens(f"/s/TEBAK{number}")).status == 404
            if number % 40 == 0:
                assert (await citizen.opens("/s/PAJANG")).status == 200
        for guess in ("TEBAK999", "LOKET7"):  # slow whether it is right or not
            began = monotonic()
            await citizen.opens(f"/s/{guess}")
            assert monotonic() - began >= PAUSE
        for _ in range(200):  # codes found before stay usable in that network
            assert (await citizen.opens("/s/pajang")).status == 200
        async with Citizen(base) as neighbour:
            await neighbour.begins()
            neighbour.sees("Pertanyaan 1 dari 9")


async def test_forty_guesses_wait_at_once_and_further_ones_are_asked_to_come_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_down, "PAUSE", 2.0)  # so that all have come before the first is served
    async with served(site_of(desk)) as base, httpx.AsyncClient(base_url=base) as guesser:

        async def guesses(number: int) -> int:
            return (await guesser.get(f"/s/LOKET7-WRONG{number:03}")).status_code

        assert {await guesses(number) for number in range(120)} == {200}
        statuses = Counter(await asyncio.gather(*map(guesses, range(60))))
        assert statuses[200] <= 40
        assert statuses[429] >= 20
        refused = await asyncio.gather(*(guesser.get("/s/TEBAK1") for _ in range(60)))
        [later] = {one.headers["retry-after"] for one in refused if one.status_code == 429}
        assert later == "10"
        assert "Tunggu" in next(one.text for one in refused if one.status_code == 429)


@pytest.mark.usefixtures("pauses")
async def test_guessing_tickets_is_slowed_down_and_real_tickets_are_not(desk: Desk) -> None:
    printed = [f"K{number:03}" for number in range(150)]
    await desk.db.write(lambda conn: tickets.add(conn, "LOKET7", printed))
    async with served(site_of(desk)) as base, Citizen(base) as citizen:
        for ticket in printed:
            assert (await citizen.opens(f"/s/LOKET7-{ticket}")).status == 200
        for number in range(120):
            assert (await citizen.opens(f"/s/LOKET7-TEBAK{number}")).status == 200
        began = monotonic()
        await citizen.opens("/s/LOKET7-TEBAK999")
        assert monotonic() - began >= PAUSE
        assert (await citizen.opens(f"/s/LOKET7-{printed[0]}")).status == 200


@pytest.mark.usefixtures("pauses")
async def test_new_sessions_do_not_give_new_guesses_of_tickets(desk: Desk) -> None:
    """The guesses of a network are counted, whatever session they come with."""
    await desk.db.write(lambda conn: tickets.add(conn, "LOKET7", ["RIGHT234"]))
    async with served(site_of(desk)) as base:
        async with httpx.AsyncClient(base_url=base) as guesser:
            for number in range(120):
                guesser.cookies.clear()
                await guesser.get(f"/s/LOKET7-WRONG{number:03}")
        async with Citizen(base) as browser:
            await browser.begins()
            began = monotonic()
            await browser.submits(browser.options[0], text="LOKET7-WRONG999", choice="")
            assert monotonic() - began >= PAUSE


async def test_invented_tickets_fill_no_memory_of_the_codes_that_were_found(desk: Desk) -> None:
    """So that however many there are, no code that a network has found is forgotten for them."""
    lookup = CollectorLookup(desk.db, Clock())
    request = Request({"type": "http", "headers": [], "client": ("192.0.2.7", 1)})
    for number in range(50):
        assert await lookup.find(request, f"PAJANG-X{number:05}")
    assert [list(found) for found in lookup._guesses._found.values()] == [["PAJANG"]]


async def test_an_office_of_200_behind_the_address_of_a_flood_is_served(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody begins ten surveys a second at a desk beyond the limit, which makes 80 that wait
    during a pause of eight seconds; from the same address 200 people begin there at one moment, and
    others at another desk. Everybody is served.
    """
    monkeypatch.setattr(collector, "BEGINNINGS", 20)
    monkeypatch.setattr(slow_down, "PAUSE", 2.0)  # so that all have come before the first is served
    limits = httpx.Limits(max_connections=400)
    async with (
        served(site_of(desk)) as base,
        httpx.AsyncClient(base_url=base, timeout=60, limits=limits) as hall,
    ):

        async def begins(code: str = "PAJANG") -> str:
            got = await hall.post(f"/s/{code}/chat", headers={"Cookie": "kuki=1"})
            return str(got.headers.get("location", got.status_code))

        assert len({await begins() for _ in range(20)}) == 1
        flood = asyncio.gather(*(begins() for _ in range(80)))
        office = asyncio.gather(*(begins() for _ in range(200)))
        elsewhere = await gathered(begins("LOKET7") for _ in range(5))
        assert Counter(await office) == {"/s/PAJANG/chat": 200}
        assert Counter(elsewhere) == {"/s/LOKET7/chat": 5}
        await flood


async def gathered(many: Iterable[Awaitable[str]]) -> list[str]:
    """The results of all, which run at the same time."""
    return await asyncio.gather(*many)


# --- errors --------------------------------------------------------------------------------------


async def test_an_unknown_path_is_answered_in_indonesian(citizen: Citizen) -> None:
    await citizen.opens("/tidak/ada")
    assert citizen.status == 404
    citizen.sees("halaman utama")


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/hasil/", "/hasil"),
        ("/s/PAJANG/", "/s/PAJANG"),
        ("//evil.test/", "/evil.test"),
        ("/%2F%2Fevil.test/", "/evil.test"),
        ("/%5C%5Cevil.test/", "/%5C%5Cevil.test"),
    ],
)
async def test_a_trailing_slash_redirects_within_this_site(
    citizen: Citizen, path: str, leads: str
) -> None:
    url = f"{citizen.client.base_url}".rstrip("/") + path
    poisoned = {"Host": "evil.test", "X-Forwarded-Host": "evil.test"}
    answer = await citizen.client.get(url, headers=poisoned, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, leads)


async def test_no_link_is_built_from_the_host_header(
    citizen: Citizen,
) -> None:
    poisoned = {"Host": "evil.test", "X-Forwarded-Host": "evil.test", "Origin": "http://evil.test"}
    for path in ("/", "/s/PAJANG", "/s/pajang", "/s/PAJANG/telegram", "/s/PAJANG/qr.svg", "/hasil"):
        answer = await citizen.client.get(path, headers=poisoned, follow_redirects=False)
        assert "evil" not in answer.text + str(answer.headers)


async def test_a_wrong_method_is_answered_with_a_page(citizen: Citizen) -> None:
    response = await citizen.client.put("/s/PAJANG/chat")
    assert response.status_code == 405
    assert Page(response.text).heading


@pytest.mark.parametrize("stream", [False, True])
async def test_a_body_that_is_too_large_is_answered_with_a_page(
    citizen: Citizen, stream: bool
) -> None:
    await citizen.begins()

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b"text=" + b"a" * 1024

    content = chunks() if stream else b"text=" + b"a" * 70_000
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    response = await citizen.client.post("/s/PAJANG/chat", content=content, headers=kind)
    assert response.status_code == 413
    assert "terlalu besar" in response.text
    await citizen.reloads()
    citizen.sees("Pertanyaan 1 dari 9")


async def test_an_internal_error_reveals_no_details(desk: Desk) -> None:
    class Broken(Exception):
        pass

    async def broken(inbound: Inbound, send: Send) -> None:
        raise Broken("/var/lib/skm.db: disk I/O error")

    async with served(site_of(desk, receive=broken)) as base, Citizen(base) as citizen:
        await citizen.begins()
        assert citizen.status == 500
        citizen.sees("Jawaban yang sudah masuk tetap aman")
        assert "skm.db" not in citizen.got.text
        assert citizen.got.headers["content-security-policy"]


async def test_while_the_database_fails_pages_are_answered_with_503(
    desk: Desk, citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails(desk, monkeypatch)
    for path in ("/s/PAJANG", "/hasil", "/hasil/PAJANG", "/hasil/data/2026-Q3.csv"):
        await citizen.opens(path)
        assert citizen.status == 503
        assert citizen.got.headers["retry-after"] == "10"
        assert citizen.got.headers["content-security-policy"]
        citizen.sees("Jawaban yang sudah masuk tetap aman")
        assert "disk" not in citizen.page.text


async def test_healthz_says_whether_the_database_answers(
    desk: Desk, citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    response = await citizen.client.get("/healthz")
    assert (response.status_code, response.text) == (200, "ok")
    fails(desk, monkeypatch)
    response = await citizen.client.get("/healthz")
    assert (response.status_code, response.text) == (503, "database")


def fails(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the database cannot be read."""

    async def read(work: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(desk.db, "read", read)


# --- properties of every page --------------------------------------------------------------------


async def every_page(citizen: Citizen) -> list[Page]:
    """All kinds of pages, by walking a whole survey."""
    pages = []
    for path in ("/", "/s/ZZZZ99", "/s/PAJANG", "/s/LOKET7", "/s/PAJANG?mode=bantuan", "/nowhere"):
        pages.append((await citizen.opens(path)).page)
    pages.append((await citizen.begins()).page)
    pages.append((await citizen.presses(word("button.language"))).page)
    await citizen.presses(word("button.back"))
    for _ in range(9):
        pages.append((await citizen.answers(4)).page)
    pages.append((await citizen.presses(word("button.skip_all"))).page)
    pages.append((await citizen.presses(word("button.review"))).page)
    await citizen.submits(citizen.page.all("button", **{"class": "action"})[0])
    pages.append((await citizen.presses(word("button.finish"), text="Bagus")).page)
    return pages


async def test_every_page_has_one_heading_a_language_and_labels(citizen: Citizen) -> None:
    for page in await every_page(citizen):
        assert page.heading
        assert page.all("html")[0].attrs["lang"] == "id"
        assert page.all("title")[0].text
        labelled = {node.attrs["for"] for node in page.all("label")}
        for control in [*page.all("textarea"), *page.all("input")]:
            assert control.attrs.get("type") == "hidden" or control.attrs["id"] in labelled
        ids = [node.attrs["id"] for node in page.nodes if "id" in node.attrs]
        assert len(ids) == len(set(ids))


async def test_every_page_is_small_and_loads_nothing_from_other_sites(
    citizen: Citizen,
) -> None:
    css = None
    for page in await every_page(citizen):
        for node in page.nodes:
            assert not node.attrs.get("src", "").startswith(("http:", "https:", "//"))
            assert node.tag != "script"
            assert "style" not in node.attrs
        (sheet,) = page.all("link", rel="stylesheet")
        css = css or await citizen.client.get(sheet.attrs["href"])
        assert css.status_code == 200
        assert len(citizen.got.content) + len(css.content) < PAGE_LIMIT
    assert css is not None
    assert "url(" not in css.text
    assert "immutable" in css.headers["cache-control"]


async def test_headings_do_not_skip_a_level(citizen: Citizen) -> None:
    for page in await every_page(citizen):
        levels = [int(node.tag[1]) for node in page.nodes if node.tag in ("h1", "h2", "h3")]
        assert all(after - before <= 1 for before, after in pairwise(levels))


async def test_security_headers_are_set(citizen: Citizen) -> None:
    headers = (await citizen.begins()).got.headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers


async def test_cookies_are_restricted_to_this_site(desk: Desk) -> None:
    links = Links("https://survei.example.go.id")
    async with served(site_of(desk, links=links)) as base, Citizen(base) as citizen:
        citizen.client.follow_redirects = False
        await citizen.opens("/s/PAJANG")
        cookies = citizen.got.headers.get_list("set-cookie")
        assert [cookie.partition(";")[0] for cookie in cookies] == ["kuki=1"]
        assert "strict-transport-security" in citizen.got.headers
        await citizen.submits(citizen.page.all("button")[0])
        cookies += citizen.got.headers.get_list("set-cookie")
        assert len(cookies) == 3
        for cookie in cookies:
            assert "HttpOnly" in cookie
            assert "SameSite=lax" in cookie
            assert "Secure" in cookie
        (own,) = (cookie for cookie in cookies if cookie.startswith("__Host-skm="))
        assert "Path=/;" in own
        assert "Domain" not in own


async def test_the_longest_message_fits_into_the_cookie(citizen: Citizen) -> None:
    await citizen.begins()
    await citizen.answers(*[1] * 9)
    await citizen.presses(word("button.review"))
    jar = {cookie.name: cookie.value or "" for cookie in citizen.client.cookies.jar}
    assert len(jar["skm"]) < 3000
