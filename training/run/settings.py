"""Settings of any kind, read strictly from a YAML file."""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from training.run.errors import InputError, first_problem, one_line

_Settings = TypeVar("_Settings")


def read_settings(path: Path, kind: type[_Settings]) -> _Settings:
    """Settings of a kind, as strict as that is, from a YAML file.

    Raises:
        InputError: unreadable YAML, an unknown or missing key, or a value of the wrong kind.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path}: cannot be read as YAML ({one_line(error)})") from error
    if not isinstance(raw, dict):
        raise InputError(f"{path}: expected a mapping of settings at the top level")
    try:
        return TypeAdapter(kind).validate_python(raw)
    except ValidationError as error:
        raise InputError(f"{path}: {first_problem(error, 'add it')}") from error
