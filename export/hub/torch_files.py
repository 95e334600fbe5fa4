"""What torch and whoever goes by ``config.json`` read: settings, weights, code."""

import shutil
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from transformers import CONFIG_MAPPING, AutoModelForSequenceClassification

from training.bases.pooling import MEAN_POOLED
from training.run.artifact import Artifact
from training.run.errors import CheckError
from training.run.files import read_json, write_json

_HEAD = AutoModelForSequenceClassification.__name__


def is_mean_pooled(artifact: Artifact) -> bool:
    """Whether the classifier is one of ours, which transformers has no class for."""
    return read_json(artifact.model_config)["model_type"].startswith(MEAN_POOLED)


def write_torch_files(artifact: Artifact, target: Artifact) -> str | None:
    """Write ``config.json`` and the weights of a run into another folder, with the code they need.

    A mean-pooled encoder goes by the name of its architecture there, which optimum and
    transformers.js look for; ``auto_map`` leads torch to the class that reads the mean.

    Returns:
        The name of the tensor that keeps transformers' own class of that name from answering; None
        where that is the right one.

    Raises:
        CheckError: transformers' own class would take the weights for its own.
    """
    if not is_mean_pooled(artifact):
        shutil.copyfile(artifact.model_config, target.model_config)
        shutil.copyfile(artifact.weights, target.weights)
        return None
    settings = _plain_settings(artifact)
    write_json(target.model_config, settings)
    module = settings["auto_map"][_HEAD].partition(".")[0]
    shutil.copyfile(artifact.path / f"{module}.py", target.path / f"{module}.py")
    tensors = load_file(artifact.weights)
    guard = _guard(settings, set(tensors))
    save_file(tensors | {guard: torch.empty(0)}, target.weights, metadata={"format": "pt"})
    shutil.copymode(target.model_config, target.weights)  # it writes for its owner alone
    return guard


def _plain_settings(artifact: Artifact) -> dict[str, Any]:
    settings = read_json(artifact.model_config)
    kind = settings["model_type"].removeprefix(MEAN_POOLED)
    # The settings are the encoder's own, so that no class of ours is needed to read them.
    return settings | {"model_type": kind, "auto_map": {_HEAD: settings["auto_map"][_HEAD]}}


def _guard(settings: dict[str, Any], names: set[str]) -> str:
    """A weight that transformers' own classifier has and ours lacks: empty, it stops that one.

    Without it, whoever forgets ``trust_remote_code`` would get a head that was never trained, and
    answers at random.
    """
    config = CONFIG_MAPPING[settings["model_type"]].from_dict(settings)
    with torch.device("meta"):
        stock = AutoModelForSequenceClassification.from_config(config)
    missing = stock.state_dict().keys() - names
    if not missing:
        raise CheckError(
            f"{type(stock).__name__} would take these weights for its own and read another token; "
            "nothing was written"
        )
    return min(missing, key=lambda name: ("pooler" not in name, name))
