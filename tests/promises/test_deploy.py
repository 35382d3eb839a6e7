"""The files for Docker, systemd and operators agree with the program: commands, settings, ports."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.running.gauges import CurrentState, exposition
from bot.running.metrics import Metrics
from bot.running.settings import Settings
from bot.running.shutdown import BUDGET
from skm.store.figures.totals import Totals
from tests.promises.test_docs import COMMAND_LINE, SETTINGS
from tests.tools.store_city import NOW

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy").iterdir())
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
FILES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in (ROOT / "Dockerfile", ROOT / "compose.yaml", *UNITS)
}
COMMANDS = {name.removeprefix("skm ") for name in COMMAND_LINE}


@pytest.mark.parametrize("file", FILES)
def test_every_setting_that_a_file_names_exists(file: str) -> None:
    assert set(re.findall(r"\bSKM_[A-Z_]+", FILES[file])) <= SETTINGS


@pytest.mark.parametrize("file", FILES)
def test_every_command_that_a_file_runs_exists(file: str) -> None:
    typed = re.findall(
        r"(?:^|`|bin/|--rm |exec skm )skm ([a-z]+(?: [a-z]+)?)", FILES[file], re.MULTILINE
    )
    for words in typed:
        assert {words, words.split()[0]} & COMMANDS, f"{file} runs `skm {words}`"


def test_the_image_runs_skm_serve() -> None:
    assert '\nENTRYPOINT ["skm"]\nCMD ["serve"]\n' in DOCKERFILE
    assert "serve" in COMMANDS


def test_the_image_copies_existing_files_and_docker_sends_only_those() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    assert all((ROOT / name).exists() for name in names)
    sent = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert sent[1] == "*"
    assert {line[1:] for line in sent if line.startswith("!")} == names


def test_the_image_is_unprivileged_without_secrets_and_with_pinned_packages_only() -> None:
    assert "--require-hashes --requirement constraints.txt" in DOCKERFILE
    assert re.search(r"^USER [1-9]\d+$", DOCKERFILE, re.MULTILINE)
    assert not re.search("TOKEN|SECRET|PASSWORD", DOCKERFILE)
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    wanted = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text())
    assert wanted
    assert set(bases) == {f"python:{wanted[1]}-slim@${{PYTHON_DIGEST}}"}


def test_every_base_image_is_taken_by_a_digest_that_must_be_given() -> None:
    """A tag may name another image tomorrow. Without the digest neither is built nor started."""
    assert "\nARG PYTHON_DIGEST\nFROM" in DOCKERFILE  # no default
    assert "# syntax=" not in DOCKERFILE  # would be an image as well
    assert COMPOSE["services"]["skm"]["build"]["args"] == {
        "PYTHON_DIGEST": "${PYTHON_DIGEST:?put PYTHON_DIGEST into .env}"
    }
    for service in COMPOSE["services"].values():
        assert "build" in service or re.search(r"@\$\{\w+_DIGEST:\?", service["image"])
    assert "docker buildx imagetools inspect python:3.11-slim" in OPERATIONS


def test_every_file_uses_the_default_port() -> None:
    port = str(Settings.model_fields["http_port"].default)
    assert f"\nEXPOSE {port}\n" in DOCKERFILE
    assert f"127.0.0.1:{port}/healthz" in DOCKERFILE
    assert COMPOSE["services"]["skm"]["environment"]["SKM_HTTP_PORT"] == port
    assert COMPOSE["services"]["https"]["command"].endswith(f"--to skm:{port}")
    assert set(re.findall(r"127\.0\.0\.1:(\d+)", OPERATIONS)) == {port}


def test_compose_gives_the_server_only_its_data_volume() -> None:
    server = COMPOSE["services"]["skm"]
    assert server["read_only"] is True
    assert server["cap_drop"] == ["ALL"]
    assert "ports" not in server
    assert server["volumes"] == ["data:/data"]
    subnet = COMPOSE["networks"]["default"]["ipam"]["config"][0]["subnet"]
    assert server["environment"]["SKM_TRUSTED_PROXIES"] == subnet
    Settings(_env_file=None, secret_key="k" * 32, trusted_proxies=subnet)


def test_systemd_and_docker_wait_longer_than_a_graceful_shutdown_takes() -> None:
    service = FILES["deploy/skm.service"]
    seconds = re.search(r"^TimeoutStopSec=(\d+)$", service, re.MULTILINE)
    assert seconds
    assert int(seconds[1]) > BUDGET + 1
    assert int(COMPOSE["services"]["skm"]["stop_grace_period"].removesuffix("s")) > BUDGET + 1
    assert "\nRestart=always\n" in service


@pytest.mark.parametrize("unit", [unit.name for unit in UNITS if unit.suffix == ".service"])
def test_systemd_services_are_unprivileged(unit: str) -> None:
    text = FILES[f"deploy/{unit}"]
    for line in ("User=skm", "NoNewPrivileges=yes", "ProtectSystem=strict", "UMask=0077"):
        assert f"\n{line}\n" in text
    assert "StateDirectory=skm" in text


def test_operations_md_explains_every_metric_and_names_no_other() -> None:
    now = CurrentState(Totals(1, 1, {}, 1, NOW), {"telegram": True}, 0)
    exported = set(re.findall(r"^# TYPE (\S+)", exposition(Metrics(), now).decode(), re.MULTILINE))
    named = set(re.findall(r"\bskm_[a-z_]+", OPERATIONS))
    assert {name.removesuffix("_bucket") for name in named} == {
        name for name in exported if name.startswith("skm_")
    }
