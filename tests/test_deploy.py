"""What is written for Docker, systemd and operators names things that are there."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from bot.cli import app
from bot.drain import BUDGET
from bot.gauges import Now, lines
from bot.metrics import Metrics
from bot.settings import Settings
from skm.store.totals import Totals
from tests.skm.store.city import NOW
from tests.test_docs import SETTINGS, verbs

ROOT = Path(__file__).parent.parent
UNITS = sorted((ROOT / "deploy").iterdir())
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in (ROOT / "Dockerfile", ROOT / "compose.yaml", ROOT / "docs/operations.md", *UNITS)
}
VERBS = {verb.removeprefix("skm ") for verb in verbs(typer.main.get_command(app))}


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_that_is_named_is_one(page: str) -> None:
    assert set(re.findall(r"\bSKM_[A-Z_]+", PAGES[page])) <= SETTINGS


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_is_typed_is_one(page: str) -> None:
    typed = re.findall(
        r"(?:^|`|bin/|--rm |exec skm )skm ([a-z]+(?: [a-z]+)?)", PAGES[page], re.MULTILINE
    )
    for words in typed:
        assert {words, words.split()[0]} & VERBS, f"{page} names `skm {words}`"


def test_the_image_serves_with_a_real_command() -> None:
    assert '\nENTRYPOINT ["skm"]\nCMD ["serve"]\n' in DOCKERFILE
    assert "serve" in VERBS


def test_the_image_copies_what_is_there_and_docker_sends_only_that() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    assert all((ROOT / name).exists() for name in names)
    sent = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert sent[1] == "*"
    assert {line[1:] for line in sent if line.startswith("!")} == names


def test_the_image_holds_no_rights_no_secret_and_only_pinned_packages() -> None:
    assert "--require-hashes --requirement constraints.txt" in DOCKERFILE
    assert re.search(r"^USER [1-9]\d+$", DOCKERFILE, re.MULTILINE)
    assert not re.search("TOKEN|SECRET|PASSWORD", DOCKERFILE)
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    wanted = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text())
    assert wanted
    assert set(bases) == {f"python:{wanted[1]}-slim"}


def test_ports_are_the_default_wherever_they_stand() -> None:
    port = str(Settings.model_fields["http_port"].default)
    assert f"\nEXPOSE {port}\n" in DOCKERFILE
    assert f"127.0.0.1:{port}/healthz" in DOCKERFILE
    assert COMPOSE["services"]["skm"]["environment"]["SKM_HTTP_PORT"] == port
    assert COMPOSE["services"]["https"]["command"].endswith(f"--to skm:{port}")
    assert set(re.findall(r"127\.0\.0\.1:(\d+)", OPERATIONS)) == {port}


def test_compose_gives_the_server_nothing_but_its_data() -> None:
    server = COMPOSE["services"]["skm"]
    assert server["read_only"] is True
    assert server["cap_drop"] == ["ALL"]
    assert "ports" not in server
    assert server["volumes"] == ["data:/data"]
    subnet = COMPOSE["networks"]["default"]["ipam"]["config"][0]["subnet"]
    assert server["environment"]["SKM_TRUSTED_PROXIES"] == subnet
    Settings(_env_file=None, secret_key="k" * 32, trusted_proxies=subnet)


def test_whoever_stops_us_waits_longer_than_a_drain() -> None:
    service = PAGES["deploy/skm.service"]
    seconds = re.search(r"^TimeoutStopSec=(\d+)$", service, re.MULTILINE)
    assert seconds
    assert int(seconds[1]) > BUDGET + 1
    assert int(COMPOSE["services"]["skm"]["stop_grace_period"].removesuffix("s")) > BUDGET + 1
    assert "\nRestart=always\n" in service


@pytest.mark.parametrize("unit", [unit.name for unit in UNITS if unit.suffix == ".service"])
def test_services_run_without_rights(unit: str) -> None:
    said = PAGES[f"deploy/{unit}"]
    for line in ("User=skm", "NoNewPrivileges=yes", "ProtectSystem=strict", "UMask=0077"):
        assert f"\n{line}\n" in said
    assert "StateDirectory=skm" in said


def test_every_metric_that_is_alerted_on_is_told_and_every_one_is_explained() -> None:
    now = Now(Totals(1, 1, {}, 1, NOW), {"telegram": True}, 0)
    told = set(re.findall(r"^# TYPE (\S+)", "\n".join(lines(Metrics(), now)), re.MULTILINE))
    named = set(re.findall(r"\bskm_[a-z_]+", OPERATIONS))
    assert {name.removesuffix("_bucket") for name in named} == {
        name for name in told if name.startswith("skm_")
    }


def test_links_and_files_of_the_page_are_there() -> None:
    folder = ROOT / "docs"
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", OPERATIONS) if "://" not in link]
    assert [link for link in links if not (folder / link).exists()] == []
    for named in re.findall(r"\bdeploy/[\w.-]*\w", OPERATIONS):
        assert list(ROOT.glob(f"{named}*")), named
