"""What a stranger stands on: locked dependencies, a Makefile that keeps the README's word, an installable project."""

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NPM_LOCK = json.loads((ROOT / "package-lock.json").read_text())


def pins(lock: str) -> dict[str, str]:
    """Each locked package with everything said about it."""
    entries = re.split(r"^(?=\S)", (ROOT / lock).read_text(), flags=re.MULTILINE)[1:]
    return {entry.split("==")[0]: entry for entry in entries}


def package_names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=;\s]", requirement)[0] for requirement in requirements}


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_one_version_and_hashes(lock: str) -> None:
    assert pins(lock)
    for name, entry in pins(lock).items():
        assert re.match(r"[a-z0-9-]+==\S+ ", entry), name
        assert "--hash=sha256:" in entry, name


@pytest.mark.parametrize("lock", LOCKS)
def test_python_locks_name_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert set(re.findall(r"--[a-z-]+", text)) == {"--hash"}


def test_the_locks_cover_the_project_and_agree() -> None:
    runtime, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert package_names(PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["setup"]) <= set(runtime)
    assert package_names(PROJECT["project"]["optional-dependencies"]["dev"]) <= set(development)
    assert {entry.split()[0] for entry in runtime.values()} <= {entry.split()[0] for entry in development.values()}


def test_the_npm_lock_pins_contents_and_names_no_registry() -> None:
    packages = {path: package for path, package in NPM_LOCK["packages"].items() if path}
    assert packages
    for path, package in packages.items():
        assert "resolved" not in package, path
        assert package["integrity"].startswith("sha512-"), path


def test_package_json_and_its_lock_agree() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    assert {name: NPM_LOCK["packages"][f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_npm_settings_name_no_registry_and_keep_the_lock_free_of_it() -> None:
    settings = (ROOT / ".npmrc").read_text().splitlines()
    assert "omit-lockfile-registry-resolved=true" in settings
    assert not [line for line in settings if re.match(r"(@.*:)?registry|//", line)]


def test_every_make_target_in_the_readme_exists() -> None:
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", (ROOT / "README.md").read_text(), re.DOTALL))
    named = set(re.findall(r"\bmake ([a-z]+)", code))
    assert {"run", "test"} <= named <= make_targets()


def test_make_help_explains_every_target() -> None:
    shown = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^make ([a-z]+)", shown, re.MULTILINE)) == make_targets() - {"help"}


@pytest.mark.parametrize("script", [*(ROOT / "scripts").glob("*.sh"), ROOT / ".ci/run"], ids=lambda path: path.name)
def test_scripts_can_be_run(script: Path) -> None:
    assert os.access(script, os.X_OK)


def test_the_linli_command_brings_every_module_along() -> None:
    listed = PROJECT["tool"]["setuptools"]
    packages = {folder.parent.name for folder in ROOT.glob("*/__init__.py")} - {"tests"}
    assert set(listed["py-modules"]) == {path.stem for path in ROOT.glob("*.py")}
    assert packages <= set(listed["packages"])
    assert [name for name in listed["packages"] if not (ROOT / name).is_dir()] == []
