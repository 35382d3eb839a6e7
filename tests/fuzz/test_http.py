"""The HTTP surface, tried by schemathesis: nothing breaks it, nothing slips out of it."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from schemathesis import Response
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    status_code_conformance,
)
from starlette.routing import Mount, Route

from tests.fuzz import tried
from tests.fuzz.site import APP_SECRET, HOOK, METRICS, SECRET, Site
from tests.fuzz.surface import TOKEN, surface

SCHEMA = surface(SECRET, HOOK, f"Bearer {METRICS}")


# --- what is written down of it is what there is -------------------------------------------------


def test_every_route_stands_in_the_schema_and_nothing_else(site: Site) -> None:
    served_at = {
        f"{route.path}/{{path}}" if isinstance(route, Mount) else route.path
        for route in site.app.routes
        if isinstance(route, Route | Mount)
    }
    assert served_at == set(SCHEMA["paths"])
    for route in site.app.routes:
        if isinstance(route, Route):
            methods = {method.lower() for method in route.methods or ()} - {"head"}
            assert methods == set(SCHEMA["paths"][route.path])


# --- whatever is asked ---------------------------------------------------------------------------

schema = schemathesis.openapi.from_dict(SCHEMA)


def leads_nowhere_else(response: Response) -> None:
    for where in response.headers.get("location", []):
        ours = where.startswith("/") and not where.startswith(("//", "/\\"))
        assert ours or where.startswith(("https://t.me/skm_surakarta_bot?", "https://wa.me/62"))


def every_header_is_there(response: Response) -> None:
    headers = {name: values[0] for name, values in response.headers.items()}
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["permissions-policy"]
    assert headers["cross-origin-resource-policy"] in ("same-origin", "cross-origin")
    for cookie in response.headers.get("set-cookie", []):
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie


def nothing_inside_is_told(response: Response) -> None:
    ours = (SECRET, APP_SECRET, METRICS)
    for inside in ("Traceback", "sqlalchemy", "sqlite", "site-packages", *ours):
        assert inside.encode() not in response.content
    assert b"<script" not in response.content


@schema.parametrize()
@tried(12)
def test_whatever_is_asked_is_answered_as_it_is_written_down(
    case: "schemathesis.Case[Any]", site: Site
) -> None:
    if case.path_parameters and case.path_parameters.get("token") == TOKEN:
        case.path_parameters["token"] = site.form_token
    response = case.call(base_url=site.base, allow_redirects=False)
    case.validate_response(
        response,
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_headers_conformance,
        ],
    )
    every_header_is_there(response)
    nothing_inside_is_told(response)
    leads_nowhere_else(response)


# --- what no client sends by itself --------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/static/../site.py",
        "/static/%2e%2e/site.py",
        "/static/..%2f..%2fsettings.py",
        "/static//etc/passwd",
        "/static/%2fetc/passwd",
        "/static/..%5c..%5csettings.py",
        "/static/skm.css%00.py",
        "/static/../../../../../../etc/passwd",
        "/hasil/data/..%2f..%2fskm.db",
        "/hasil/data/../../skm.db.csv",
        "/../skm.db",
        "//etc/passwd",
    ],
)
async def test_no_path_leads_out_of_what_is_served(site: Site, path: str) -> None:
    at = urlsplit(site.base)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = (await reader.read()).decode("latin-1")
    writer.close()
    assert answer.startswith(("HTTP/1.1 404", "HTTP/1.1 400"))
    assert "root:" not in answer
    assert "import " not in answer
