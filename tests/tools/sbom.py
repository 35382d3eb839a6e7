"""Writes sbom.cdx.json, the packages of a deployment, from constraints.txt: `make sbom`.

CycloneDX 1.6. The same pins give the same file on every machine. The hashes of each package's files
are in constraints.txt itself.
"""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE = ROOT / "sbom.cdx.json"
PIN = re.compile(r"^([a-z0-9.-]+)==([^\s;\\]+)", re.MULTILINE)


def components(constraints: str) -> list[dict[str, str]]:
    """One component for each pinned package."""
    return [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{version}",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
        }
        for name, version in PIN.findall(constraints)
    ]


def document() -> str:
    """The whole file."""
    found = components((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.+)"', project, re.MULTILINE)
    program = {
        "type": "application",
        "bom-ref": "skm-bot",
        "name": "skm-bot",
        "version": version[1] if version else "",
    }
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": program},
        "components": found,
    }
    return f"{json.dumps(bom, indent=1)}\n"


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
