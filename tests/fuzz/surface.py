"""The HTTP surface as OpenAPI: every route, what it takes, and how it may answer."""

from typing import Any

Json = dict[str, Any]

HTML, PNG, JPEG, SVG = "text/html", "image/png", "image/jpeg", "image/svg+xml"
CSV, JSON, PLAIN, CSS = "text/csv", "application/json", "text/plain", "text/css"
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data"

CODES = ["PAJANG", "pajang", "LOKET7", "LOKET7-AB23", "PAJANG-AB23", "TEBAK", "a", "-", "%00", "..",
         "💥", "x" * 300, "<script>alert(1)</script>"]  # fmt: skip
UNITS = ["PAJANG", "dinkes", "semua", "kota", "data", "'", "%00", "..", "<b>", "=1+1"]
PERIODS = ["2026-Q3", "2026-S2", "2026", "2099-W53", "9999-Q9", "'", "%00", "٢٠٢٦", "../2026-Q3"]
LANGUAGES = ["id", "jv", "en", "zz", "", "%00", "<b>"]


def known(*values: str) -> Json:
    """Mostly what means something, sometimes anything."""
    return {"anyOf": [{"type": "string", "enum": [*values]}, {"type": "string"}]}


def in_path(name: str, *values: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": known(*values)}


def in_query(name: str, *values: str) -> Json:
    return {"name": name, "in": "query", "required": False, "schema": known(*values)}


def in_header(name: str, *values: str) -> Json:
    schema = {"type": "string", "enum": [*values]}
    return {"name": name, "in": "header", "required": False, "schema": schema}


def answers(kind: str, *statuses: int) -> Json:
    """`kind` with 200; whatever is refused is a page, and a redirect has nothing to show."""
    return {
        str(status): {"description": "", "content": {kind if status == 200 else HTML: {}}}
        if status not in (303, 308)
        else {"description": "", "headers": {"Location": {"schema": {"type": "string"}}}}
        for status in (*statuses, 308, 404, 405, 429)
    }


def get(kind: str, *parameters: Json, also: tuple[int, ...] = ()) -> Json:
    return {"parameters": list(parameters), "responses": answers(kind, 200, *also)}


LANG = in_query("lang", *LANGUAGES)
CODE, UNIT = in_path("code", *CODES), in_path("upp", *UNITS)
PERIOD = in_query("periode", *PERIODS)
MODE = in_query("mode", "bantuan", "", "x")
ORIGIN = in_header("Origin", "null", "http://127.0.0.1", "https://evil.test", "http://[", "x")
SITE = in_header("Sec-Fetch-Site", "same-origin", "none", "cross-site", "?")

TOKEN = "TOKEN"  # replaced by a token that we have signed
HELD = in_path("token", TOKEN, "x", "a.b.c", "%00")

SAID = {
    "type": "object",
    "properties": {
        "form": {"type": "string"},
        "session": known("", "e30.aaaa.bbbb", "%00"),
        "begin": known("", "siti.aaaa.bbbb"),
        "choice": known("", ".", "-.lang:zz", "/hapus ya", "/report semua", "V.a:U1:9", "%00"),
        "text": {"type": "string"},
        "lang": known(*LANGUAGES),
    },
}


def chat() -> Json:
    body = {"content": {kind: {"schema": SAID} for kind in (FORM, PARTS)}}
    return {
        "get": get(HTML, CODE, LANG, ORIGIN, also=(303,)),
        "post": {
            "parameters": [CODE, ORIGIN, SITE],
            "requestBody": body,
            "responses": answers(HTML, 200, 303, 400, 403, 413),
        },
    }


DAYS = ["2026-12-31", "2026-02-30", "31/12/2026", ""]
FOLLOWED = {
    "type": "object",
    "properties": {
        f"{unsur}-{field}": known(*values)
        for unsur in ("U1", "U3", "U9")
        for field, values in {
            "action": ["Tambah loket", " "],
            "deadline": DAYS,
            "person": ["Bu Sri"],
            "done": ["on", "x"],
            "day": DAYS,
            "note": ["<b>selesai</b>"],
            "photo": ["no picture"],
            "seen": ["", "x"],
        }.items()
    },
}


def follow_up() -> Json:
    body = {"content": {kind: {"schema": FOLLOWED} for kind in (FORM, PARTS)}}
    return {
        "get": get(HTML, HELD, ORIGIN, also=(403,)),
        "post": {
            "parameters": [HELD, ORIGIN, SITE],
            "requestBody": body,
            "responses": answers(HTML, 200, 303, 400, 403, 413, 422),
        },
    }


SEARCH = [
    in_query("cari", "pajang", "'", "%00", "<b>"),
    in_query("saring", "diam", "turun", "x"),
    in_query("urut", "-ikm", "terakhir", "nama; drop", "-"),
    in_query("hal", "1", "0", "-1", "99999999999999999999", "x"),
]
SIGNED = {"type": "object", "properties": {"form_key": known("", "x"), "session": known("1", "x")}}


HANDED_IN = {
    "type": "object",
    "properties": {
        "form_key": known("", "x"),
        "act": known("write", "hand_in", "accept", "return", "lapse"),
        "seen": known("0", "-1", "٣", "9" * 20),
        "analysis": known("Antrean lama.", "", "<b>"),
        "note": known("Kurang rinci.", ""),
        "tanggal": known(*DAYS),
    },
}


def work(kind: str, *parameters: Json) -> Json:
    """A page for officials: without a session it says how to sign in."""
    return {"get": get(kind, PERIOD, *parameters, also=(401, 403))}


def signed() -> Json:
    """A form of a page for officials."""
    return {
        "parameters": [ORIGIN, SITE],
        "requestBody": {"content": {FORM: {"schema": SIGNED}}},
        "responses": answers(HTML, 200, 303, 400, 401, 403, 413),
    }


def handed_in(*parameters: Json) -> Json:
    """A form of the pages on which reports are handed in."""
    body = {"content": {FORM: {"schema": HANDED_IN}}}
    return {**signed(), "parameters": [PERIOD, *parameters, ORIGIN, SITE], "requestBody": body}


def webhook(header: Json, *statuses: int) -> Json:
    anything: Json = {"content": {"application/json": {"schema": {}}}}
    empty = {str(status): {"description": ""} for status in (200, *statuses, 405)}
    return {"parameters": [header], "requestBody": anything, "responses": empty}


def measured(header: Json) -> Json:
    """Whoever has no token is told nothing at all."""
    found = get(PLAIN, header)
    return {**found, "responses": {**found["responses"], "401": {"description": ""}}}


def surface(telegram_secret: str, telegram_path: str, metrics: str) -> Json:
    """The schema of the site with both webhooks. `metrics`: what opens them."""
    secret = in_header("X-Telegram-Bot-Api-Secret-Token", telegram_secret, "", "wrong")
    signature = in_header("X-Hub-Signature-256", "", "sha256=", "sha256=" + "0" * 64)
    asked = [in_query("hub.mode", "subscribe"), in_query("hub.verify_token"), in_query("hub.x")]
    paths = {
        "/": {"get": get(HTML, LANG, in_query("kode", *CODES), also=(303,))},
        "/s/{code}": {
            "get": get(HTML, CODE, LANG, MODE, in_query("tiket", "AB23", "x"), also=(303,))
        },
        "/s/{code}/chat": chat(),
        "/s/{code}/bantuan": chat(),
        "/s/{code}/qr.svg": {"get": get(SVG, CODE)},
        "/s/{code}/{channel}": {
            "get": get(
                HTML, CODE, in_path("channel", "telegram", "whatsapp", "web", "x"), also=(303,)
            )
        },
        "/hasil": {"get": get(HTML, LANG, PERIOD)},
        "/hasil/data": {"get": get(HTML, LANG, PERIOD)},
        "/hasil/data/{period}.csv": {"get": get(CSV, in_path("period", *PERIODS))},
        "/hasil/data/{period}.json": {"get": get(JSON, in_path("period", *PERIODS))},
        "/hasil/{upp}": {"get": get(HTML, UNIT, LANG, PERIOD)},
        "/hasil/{upp}/gambar.png": {"get": get(PNG, UNIT, PERIOD)},
        "/hasil/{upp}/tren.png": {"get": get(PNG, UNIT, PERIOD)},
        "/hasil/foto/{key}.jpg": {"get": get(JPEG, in_path("key", "%00", "x", "..", "'"))},
        "/tindaklanjut/{token}": follow_up(),
        "/tindaklanjut/{token}/tersimpan": {"get": get(HTML, HELD, also=(403,))},
        "/tindaklanjut/{token}/{unsur}.jpg": {
            "get": get(JPEG, HELD, in_path("unsur", "U1", "U9", "U10", "%00"))
        },
        "/kerja": work(HTML),
        "/kerja/masuk/{token}": {
            "get": get(HTML, in_path("token", "x", "%00"), also=(403,)),
            "post": {**signed(), "parameters": [in_path("token", "x", "%00"), ORIGIN, SITE]},
        },
        "/kerja/keluar": {"post": signed()},
        "/kerja/sesi": {**work(HTML), "post": signed()},
        "/kerja/unit": work(HTML, *SEARCH),
        "/kerja/unit.csv": work(CSV, *SEARCH),
        "/kerja/unit/{code}": work(HTML, in_path("code", *UNITS)),
        "/kerja/saran": work(HTML, *SEARCH),
        "/kerja/tindak-lanjut": work(HTML),
        "/kerja/laporan": {
            **work(HTML, *SEARCH, in_query("saring", "missing", "accepted", "x")),
            "post": handed_in(),
        },
        "/kerja/laporan/{code}": {
            **work(HTML, in_path("code", *UNITS)),
            "post": handed_in(in_path("code", *UNITS)),
        },
        "/kerja/impor": {**work(HTML), "post": signed()},
        "/kerja/impor/pratinjau": {**work(HTML), "post": signed()},
        "/kerja/impor/{number}/kembali": {
            "post": {**signed(), "parameters": [in_path("number", "1", "x", "%00"), ORIGIN, SITE]}
        },
        "/kerja/catatan": work(HTML, *SEARCH),
        "/healthz": {"get": get(PLAIN)},
        "/readyz": {"get": get(PLAIN)},
        "/metrics": {"get": measured(in_header("Authorization", metrics, "x"))},
        "/static/{path}": {"get": get(CSS, in_path("path", "skm.css", "../site.py", "%00", "x"))},
        telegram_path: {"post": webhook(secret, 400, 403, 413)},
        "/whatsapp": {
            "get": {"parameters": asked, "responses": {"403": {"description": ""}}},
            "post": webhook(signature, 401, 413),
        },
    }
    return {"openapi": "3.1.0", "info": {"title": "SKM", "version": "1"}, "paths": paths}
