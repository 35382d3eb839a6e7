"""Other people's programs, which open what we made; without them such a test is skipped."""

import shutil
import subprocess
from pathlib import Path

import pytest

SOFFICE, PDFTOTEXT, PDFTOPPM = map(shutil.which, ("soffice", "pdftotext", "pdftoppm"))

needs_libreoffice = pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
needs_poppler = pytest.mark.skipif(
    not (PDFTOTEXT and PDFTOPPM), reason="Poppler (pdftotext, pdftoppm) is not installed"
)


def converted(content: bytes, folder: Path, suffix: str, to: str) -> Path:
    """The file as LibreOffice writes it anew."""
    given = folder / f"given.{suffix}"
    given.write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    out = folder / "out"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", to, "--outdir", str(out)]
    subprocess.run([*command, str(given)], check=True, capture_output=True, timeout=300)
    return out / f"given.{to.partition(':')[0]}"


def text_of(pdf: Path) -> str:
    """The words of a PDF, one space between them."""
    run = subprocess.run(
        [str(PDFTOTEXT), "-layout", str(pdf), "-"], check=True, capture_output=True, timeout=120
    )
    return " ".join(run.stdout.decode().split())


def pictures_of(pdf: Path, folder: Path, dpi: int) -> list[Path]:
    """Its pages as PNG, as a printer of that resolution would print them."""
    command = [str(PDFTOPPM), "-r", str(dpi), "-png", str(pdf), str(folder / "page")]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return sorted(folder.glob("page*.png"))
