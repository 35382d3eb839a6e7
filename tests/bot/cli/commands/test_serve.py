"""`skm chat` as a process of its own. `skm serve` and `skm doctor` have tests of their own."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bot.cli.conftest import AddsCollector, Figures

PROGRAM = [sys.executable, "-m", "bot"]


@pytest.mark.takes_long
def test_a_survey_in_the_terminal_resumes_after_leaving(
    adds_collector: AddsCollector, figures: Figures, tmp_path: Path, process_env: dict[str, str]
) -> None:
    code = adds_collector()

    def chat(typed: str) -> str:
        run = subprocess.run(
            [*PROGRAM, "chat", code, "--as", "siti"], cwd=tmp_path, env=process_env, input=typed,
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return run.stdout

    assert "Pertanyaan 3 dari 9" in chat("3\n3\n")
    assert "Nomor tanda terima" in chat("3\n" * 7 + "lewati semua\n")
    assert figures("PAJANG", time.strftime("%Y"))["responden"] == 1


@pytest.mark.takes_long
def test_ctrl_c_ends_a_chat_without_a_traceback(
    adds_collector: AddsCollector, tmp_path: Path, process_env: dict[str, str]
) -> None:
    chat = subprocess.Popen(
        [*PROGRAM, "chat", adds_collector()], cwd=tmp_path, env=process_env, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert chat.stdout is not None
    for line in chat.stdout:
        if "Tidak bersedia" in line:
            break
    time.sleep(0.3)
    chat.send_signal(signal.SIGINT)
    _, err = chat.communicate(timeout=30)
    assert chat.returncode == 0
    assert "Traceback" not in err
