"""The repository as a newcomer meets it: set-up files agree, and nothing private or foreign is in it."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from cjm_research.cli import build_parser
from cjm_research.yaml_io import load_yaml

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements-test.lock")


def _tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.decode().split("\0") if name]


def test_conda_environment_has_the_same_ranges_as_pyproject() -> None:
    """environment.yml asks for exactly the libraries and ranges of pyproject.toml."""
    conda = load_yaml(ROOT / "environment.yml")["dependencies"]
    pip = next(entry["pip"] for entry in conda if isinstance(entry, dict))
    plain = {str(entry) for entry in conda if isinstance(entry, str)} - {"pip"}
    asked = (plain | {str(entry) for entry in pip}) - {"-e ."}

    assert asked == {*PYPROJECT["project"]["dependencies"], f"python{PYPROJECT['project']['requires-python']}"}


@pytest.mark.parametrize("name", LOCKS)
def test_lock_files_have_hashes_and_no_host_names(name: str) -> None:
    """Every locked library has an exact version and a hash; no line says where to fetch it."""
    text = (ROOT / name).read_text(encoding="utf-8")
    pinned = re.findall(r"^([a-z0-9][a-z0-9._-]*)==\S+.*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    entries = re.findall(r"^[a-z0-9]\S*", text, re.MULTILINE)

    assert len(pinned) == len(entries) > 50
    assert "://" not in text
    assert "index-url" not in text


@pytest.mark.parametrize("name", LOCKS)
def test_lock_files_cover_what_pyproject_asks_for(name: str) -> None:
    """Each direct dependency is locked."""
    locked = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
    extra = PYPROJECT["project"]["optional-dependencies"]["test"] if "test" in name else []
    asked = {
        re.match(r"[A-Za-z0-9._-]+", entry).group().lower() for entry in PYPROJECT["project"]["dependencies"] + extra
    }  # type: ignore[union-attr]

    assert {entry.replace("_", "-").replace(".", "-") for entry in asked} - {
        entry.replace(".", "-") for entry in locked
    } == set()


@pytest.mark.parametrize(
    "name",
    ["README.md", "ARCHITECTURE.md", "GLOSSARY.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "environment.yml"],
)
def test_newcomers_find_the_pages_they_look_for(name: str) -> None:
    """Each page is there and says something."""
    assert len((ROOT / name).read_text(encoding="utf-8")) > 400


def test_readme_names_every_command_and_both_make_targets() -> None:
    """README shows `make report`, `make test` and every command of the command line."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = next(a.choices for a in build_parser()._actions if a.dest == "command")

    assert "make report" in readme
    assert "make test" in readme
    assert [name for name in commands if f"cjm {name}" not in readme] == []  # type: ignore[union-attr]


def test_readme_commands_are_understood() -> None:
    """Every `cjm …` line in a code block of the README is a call that the command line accepts."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", readme, re.DOTALL))
    calls = [line.split("#")[0].split()[1:] for line in blocks.splitlines() if line.startswith("cjm ")]

    assert len(calls) >= 7
    assert [build_parser().parse_args(call).command for call in calls] == [call[0] for call in calls]


def test_make_targets_exist() -> None:
    """The Makefile has the targets that the README and CONTRIBUTING name."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert [t for t in ("report", "test", "lab", "lint", "bench") if f"\n{t}:" not in makefile] == []


def test_participants_data_stays_out_of_version_control() -> None:
    """Git ignores new studies and all reports, and keeps the demo studies."""

    def ignored(path: str) -> bool:
        return subprocess.run(["git", "check-ignore", "-q", path], cwd=ROOT, check=False).returncode == 0

    _tracked()
    assert ignored("interview_transcripts/secret_study/a.txt")
    assert ignored("reports/secret_study/a.html")
    assert not ignored("interview_transcripts/online_grocery/2026-04/new.txt")


def test_nothing_in_the_repository_points_outside_it() -> None:
    """No tracked text names a registry host or an absolute path of somebody's machine."""
    forbidden = re.compile("pypi" + r"\.org|" + "pythonho" + "sted" + r"|/ro" + "ot/|/wo" + "rk/|/ho" + "me/[a-z]")
    found = []
    for path in _tracked():
        if path.suffix in {".docx", ".xlsx", ".png"} or not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {m.group()}" for m in forbidden.finditer(text)]

    assert found == []
