"""The workflow for GitHub Pages asks for what there is, and for no more rights than it needs."""

import os
import re
import shlex
import subprocess
import sys
from typing import Any

import pytest
import yaml

from tests.hosts import HOSTS_DIR
from training.run.files import ROOT

TEXT = (HOSTS_DIR / "github-pages.yml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def workflow() -> dict[str, Any]:
    # "on" is a truth value to YAML 1.1.
    return {"on" if key is True else key: value for key, value in yaml.safe_load(TEXT).items()}


def steps_of(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def build_command(workflow: dict[str, Any]) -> list[str]:
    (command,) = [step["run"] for step in steps_of(workflow) if step.get("name") == "Build"]
    return shlex.split(command)


def test_actions_are_pinned_to_a_major_version_and_github_s_own(workflow: dict[str, Any]) -> None:
    used = [step["uses"] for step in steps_of(workflow) if "uses" in step]
    assert len(used) == 5
    assert [action for action in used if not re.fullmatch(r"actions/[\w-]+@v\d+", action)] == []


def test_each_job_may_do_what_it_does_and_no_more(workflow: dict[str, Any]) -> None:
    assert workflow["permissions"] == {}
    jobs = workflow["jobs"]
    assert jobs["build"]["permissions"] == {"contents": "read"}
    assert jobs["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert jobs["deploy"]["needs"] == "build"
    assert {"pull_request", "pull_request_target"}.isdisjoint(workflow["on"])


def test_files_and_programs_that_are_named_exist(workflow: dict[str, Any]) -> None:
    settings = [step["with"] for step in steps_of(workflow) if "with" in step]
    caches = [found["cache-dependency-path"] for found in settings if "cache" in found]
    assert caches == ["pyproject.toml", "web/package-lock.json"]
    assert all((ROOT / path).is_file() for path in caches)
    needed = re.search(r'requires-python = ">=3\.(\d+)"', (ROOT / "pyproject.toml").read_text())[1]
    (given,) = [found["python-version"] for found in settings if "python-version" in found]
    assert int(given.split(".")[1]) >= int(needed)
    for step in steps_of(workflow):
        for path in re.findall(r"\S+\.py", step.get("run", "")):
            assert (ROOT / path).is_file()


def test_what_is_built_is_what_is_published(workflow: dict[str, Any]) -> None:
    python, *command = build_command(workflow)
    assert python == "python"
    (published,) = [
        step["with"]["path"]
        for step in steps_of(workflow)
        if "upload-pages" in step.get("uses", "")
    ]
    assert command[command.index("--out") + 1] == published


def test_the_call_is_one_that_the_script_takes(workflow: dict[str, Any]) -> None:
    _, script, *flags = build_command(workflow)
    unknown = ["--run", "no-such-run"]  # last: whoever reads them has understood the others
    done = subprocess.run(
        [sys.executable, script, *flags, *unknown],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2
    assert "no-such-run" in done.stderr
    assert "unrecognized" not in done.stderr


def test_no_name_in_the_site_is_one_that_pages_would_leave_out() -> None:
    # Hidden files do not get into the artifact; Jekyll, which leaves out more, does not run.
    tracked = subprocess.run(
        ["git", "ls-files", "web/app", "web/classifier", "web/styles", "web/icons"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert len(tracked) > 20
    assert [path for path in tracked if any(part.startswith(".") for part in path.split("/"))] == []
