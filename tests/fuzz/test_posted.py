"""What programs post: webhooks that are signed, so that they are read, and forms of no browser."""

import hashlib
import hmac
import json

import requests
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz import tried
from tests.fuzz.site import APP_SECRET, HOOK, SECRET, Site

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
ODD = st.sampled_from(
    [b"", b"{", b"[" * 100_000, b'{"a":' * 50_000, b"NaN", b"1" * 5000, b'{"a":1,"a":2}', b"\xff",
     b"\x1f\x8b\x08\x00", b'"\\ud800"', b"\xef\xbb\xbf{}", '{"x": 1}'.encode("utf-16")]
)  # fmt: skip
BODIES = JSON.map(lambda raw: json.dumps(raw).encode()) | ODD | st.binary(max_size=200)
KINDS = st.sampled_from(["application/json", "text/plain", "multipart/form-data", "x", ""])


def posted(site: Site, path: str, body: bytes, headers: dict[str, str]) -> int:
    url = site.base + path
    answer = requests.post(url, body, headers=headers, allow_redirects=False, timeout=60)
    return answer.status_code


@given(body=BODIES, kind=KINDS, gzip=st.booleans())
@tried(40)
def test_whatever_is_posted_by_who_knows_the_secret_breaks_nothing(
    site: Site, body: bytes, kind: str, gzip: bool
) -> None:
    signature = hmac.digest(APP_SECRET.encode(), body, hashlib.sha256).hex()
    proofs = {
        "X-Telegram-Bot-Api-Secret-Token": SECRET,
        "X-Hub-Signature-256": f"sha256={signature}",
    }
    headers = {**proofs, "Content-Type": kind, **({"Content-Encoding": "gzip"} if gzip else {})}
    assert requests.post(site.base + HOOK, body, headers=headers, timeout=60).status_code in (
        200,
        400,
    )
    assert (
        requests.post(f"{site.base}/whatsapp", body, headers=headers, timeout=60).status_code == 200
    )


STATUS = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["wamid.1", "wamid.2", ""]) | st.text(st.characters(), max_size=300),
        "status": st.sampled_from(["sent", "delivered", "read", "failed", "played", ""]),
    },
    optional={
        "recipient_id": JSON,
        "errors": JSON
        | st.lists(st.fixed_dictionaries({"code": st.integers() | JSON}), max_size=3),
    },
)


@given(statuses=st.lists(STATUS, max_size=6) | JSON)
@tried(40)
def test_statuses_of_messages_in_any_order_break_nothing(site: Site, statuses: object) -> None:
    value = {"metadata": {"phone_number_id": "1"}, "statuses": statuses}
    entry = {"changes": [{"field": "messages", "value": value}]}
    body = json.dumps({"entry": [entry]}).encode()
    signature = hmac.digest(APP_SECRET.encode(), body, hashlib.sha256).hex()
    headers = {"X-Hub-Signature-256": f"sha256={signature}"}
    assert posted(site, "/whatsapp", body, headers) == 200


FORMS = st.sampled_from(
    [
        "application/x-www-form-urlencoded; charset=x",
        "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=" + "x" * 9999,
        "multipart/form-data",
        "text/plain",
        "",
    ]
)


@given(body=st.binary(max_size=400), kind=FORMS, cookie=st.binary(max_size=40).map(bytes.hex))
@tried(40)
def test_whatever_is_posted_as_a_form_breaks_nothing(
    site: Site, body: bytes, kind: str, cookie: str
) -> None:
    headers = {"Content-Type": kind, "Cookie": f"skm={cookie}.{cookie}.x; lang={cookie}"}
    for way in ("chat", "bantuan"):
        assert posted(site, f"/s/PAJANG/{way}", body, headers) in (303, 400, 403)
