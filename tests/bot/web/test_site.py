"""The pages around the survey: landing, home, errors, headers, sizes."""

from collections.abc import AsyncIterator
from itertools import pairwise

import httpx
import pytest

from bot.channel import Send
from bot.links import Links
from bot.message import Inbound
from skm.store import tickets
from tests.bot.web.citizen import Citizen, word
from tests.bot.web.page import Page
from tests.chat import Desk
from tests.served import Clock, served, site_of

PAGE_LIMIT = 20 * 1024  # bytes with the style sheet, uncompressed


# --- landing -------------------------------------------------------------------------------------


async def test_a_landing_page_names_unit_and_service_and_prints_the_code(citizen: Citizen) -> None:
    await citizen.opens("/s/PAJANG")
    citizen.sees("Pemerintah Kota Surakarta", "Puskesmas Pajang", "Pendaftaran", "Loket 1")
    citizen.sees("PAJANG")


async def test_every_way_in_is_offered(citizen: Citizen) -> None:
    await citizen.opens("/s/PAJANG")
    citizen.sees("Telegram", "WhatsApp")
    assert ways(citizen)[0] == "/s/PAJANG/chat"


def ways(citizen: Citizen) -> list[str]:
    """Where the large buttons of a landing page lead, in their order."""
    places = []
    for node in citizen.page.nodes:
        if node.attrs.get("class") in ("action", "way"):
            form = node.up("form")
            places.append(node.attrs.get("href") or (form.attrs["action"] if form else ""))
    return places


async def test_only_what_is_set_up_is_offered(desk: Desk) -> None:
    async with served(site_of(desk, links=Links("http://x"))) as base, Citizen(base) as citizen:
        await citizen.opens("/s/PAJANG")
        assert ways(citizen) == ["/s/PAJANG/chat"]
        await citizen.opens("/s/PAJANG/telegram")
        assert citizen.status == 404


async def test_the_way_taken_last_time_comes_first_and_all_are_still_there(
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
    assert ways(citizen) == ["/s/PAJANG/whatsapp", "/s/PAJANG/chat", "/s/PAJANG/telegram"]


async def test_a_code_is_read_in_any_case(citizen: Citizen) -> None:
    await citizen.opens("/s/pajang?lang=en")
    assert citizen.status == 200
    assert citizen.got.url.raw_path == b"/s/PAJANG?lang=en"


async def test_the_language_of_the_landing_page_is_the_languages_of_the_survey(
    citizen: Citizen,
) -> None:
    await citizen.opens("/s/PAJANG?lang=en")
    await citizen.begins("/s/PAJANG")
    citizen.sees("Question 1 of 9")


async def test_the_browsers_language_is_understood(base: str) -> None:
    async with Citizen(base, **{"Accept-Language": "fr-FR,jv-ID;q=0.9,id;q=0.8"}) as citizen:
        await citizen.opens("/s/PAJANG")
        assert citizen.page.all("html")[0].attrs["lang"] == "jv"


@pytest.mark.parametrize(
    "path", ["/s/ZZZZ99", "/s/<script>", "/s/%F0%9F%98%80", "/s/A", "/s/" + "K" * 200]
)
async def test_an_unknown_code_gets_a_form_for_the_right_one(citizen: Citizen, path: str) -> None:
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
    await citizen.presses(word("landing.code_send"), kode=" pa jang ")
    assert citizen.path == "/s/PAJANG"


async def test_guessing_codes_is_slowed_and_an_office_is_not(desk: Desk) -> None:
    clock = Clock()
    async with served(site_of(desk, clock=clock)) as base, Citizen(base) as citizen:
        for number in range(120):
            assert (await citizen.opens(f"/s/TEBAK{number}")).status == 404
            if number % 40 == 0:
                assert (await citizen.opens("/s/PAJANG")).status == 200
        assert (await citizen.opens("/s/TEBAK999")).status == 429
        assert citizen.got.headers["retry-after"] == "10"
        citizen.sees("Tunggu")
        assert (await citizen.opens("/s/LOKET7")).status == 429  # whether it is right is not told
        for _ in range(200):  # what was found before stays open to everybody there
            assert (await citizen.opens("/s/pajang")).status == 200
        async with Citizen(base) as neighbour:
            await neighbour.begins()
            neighbour.sees("Pertanyaan 1 dari 9")
        clock.at += 600
        assert (await citizen.opens("/s/LOKET7")).status == 200


async def test_guessing_tickets_is_slowed_and_a_printed_ticket_costs_nothing(desk: Desk) -> None:
    printed = [f"K{number:03}" for number in range(150)]
    await desk.db.write(lambda conn: tickets.add(conn, "LOKET7", printed))
    async with served(site_of(desk)) as base, Citizen(base) as citizen:
        for ticket in printed:
            assert (await citizen.opens(f"/s/LOKET7-{ticket}")).status == 200
        for number in range(120):
            assert (await citizen.opens(f"/s/LOKET7-TEBAK{number}")).status == 200
        assert (await citizen.opens("/s/LOKET7-TEBAK999")).status == 429
        assert (await citizen.opens(f"/s/LOKET7-{printed[0]}")).status == 200


async def test_a_machine_that_begins_surveys_is_slowed_and_a_full_hall_is_not(desk: Desk) -> None:
    clock = Clock()
    async with served(site_of(desk, clock=clock)) as base, httpx.AsyncClient(base_url=base) as hall:

        async def begins() -> int:
            hall.cookies.clear()
            return (await hall.post("/s/PAJANG/chat")).status_code

        assert [await begins() for _ in range(300)] == [303] * 300
        assert await begins() == 429
        clock.at += 1
        assert await begins() == 303


# --- errors --------------------------------------------------------------------------------------


async def test_a_wrong_address_is_told_in_indonesian(citizen: Citizen) -> None:
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
async def test_a_slash_too_many_leads_nowhere_but_to_us(
    citizen: Citizen, path: str, leads: str
) -> None:
    url = f"{citizen.client.base_url}".rstrip("/") + path
    poisoned = {"Host": "evil.test", "X-Forwarded-Host": "evil.test"}
    answer = await citizen.client.get(url, headers=poisoned, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, leads)


async def test_no_link_of_ours_is_made_from_the_host_that_a_request_names(
    citizen: Citizen,
) -> None:
    poisoned = {"Host": "evil.test", "X-Forwarded-Host": "evil.test", "Origin": "http://evil.test"}
    for path in ("/", "/s/PAJANG", "/s/pajang", "/s/PAJANG/telegram", "/s/PAJANG/qr.svg", "/hasil"):
        answer = await citizen.client.get(path, headers=poisoned, follow_redirects=False)
        assert "evil" not in answer.text + str(answer.headers)


async def test_a_wrong_method_is_told_too(citizen: Citizen) -> None:
    response = await citizen.client.put("/s/PAJANG/chat")
    assert response.status_code == 405
    assert Page(response.text).heading


@pytest.mark.parametrize("stream", [False, True])
async def test_a_flood_of_text_is_refused_kindly(citizen: Citizen, stream: bool) -> None:
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


async def test_a_failure_says_nothing_of_what_failed(desk: Desk) -> None:
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


async def test_the_operator_can_ask_whether_it_is_well(citizen: Citizen) -> None:
    response = await citizen.client.get("/healthz")
    assert (response.status_code, response.text) == (200, "ok")


# --- promises of every page ----------------------------------------------------------------------


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


async def test_every_page_is_small_and_loads_nothing_from_elsewhere(
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


async def test_a_browser_may_do_nothing_with_a_page_but_show_it(citizen: Citizen) -> None:
    headers = (await citizen.begins()).got.headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers


async def test_cookies_are_for_us_alone(desk: Desk) -> None:
    links = Links("https://survei.example.go.id")
    async with served(site_of(desk, links=links)) as base, Citizen(base) as citizen:
        citizen.client.follow_redirects = False
        await citizen.opens("/s/PAJANG")
        assert "set-cookie" not in citizen.got.headers
        assert "strict-transport-security" in citizen.got.headers
        await citizen.submits(citizen.page.all("button")[0])
        cookies = citizen.got.headers.get_list("set-cookie")
        assert len(cookies) == 2
        for cookie in cookies:
            assert "HttpOnly" in cookie
            assert "SameSite=lax" in cookie
            assert "Secure" in cookie
        (own,) = (cookie for cookie in cookies if cookie.startswith("__Host-skm="))
        assert "Path=/;" in own
        assert "Domain" not in own


async def test_the_longest_screen_fits_into_its_cookie(citizen: Citizen) -> None:
    await citizen.begins()
    await citizen.answers(*[1] * 9)
    await citizen.presses(word("button.review"))
    jar = {cookie.name: cookie.value or "" for cookie in citizen.client.cookies.jar}
    assert len(jar["skm"]) < 3000
