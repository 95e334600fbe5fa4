"""The model card of the hub folder: the run's own, with metadata and how others load the files."""

import json
import re
from pathlib import Path
from typing import Any

from huggingface_hub import EvalResult, ModelCard, ModelCardData
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from export.hub.agreement import ALONE, TOGETHER
from export.quality.calibrated import present_calibration
from training.report.words import markdown_table
from training.run.artifact import Artifact
from training.run.errors import InputError
from training.run.files import read_json

_TEMPLATES = Path(__file__).parent / "templates"
_SNIPPET = re.compile(r"^```python\n.*?^```\n", re.DOTALL | re.MULTILINE)
_EXAMPLE = "A text to classify."
_METRICS = {"accuracy": ("accuracy", "Accuracy"), "macro_f1": ("f1", "Macro-F1")}


def require_card(artifact: Artifact) -> None:
    """Make sure that there is a card to go by.

    Raises:
        InputError: the run was not evaluated yet, or its card was written by hand.
    """
    if not artifact.card.is_file():
        raise InputError(f"{artifact.card}: not there yet; run scripts/evaluate.py first")
    if not _SNIPPET.search(artifact.card.read_text(encoding="utf-8")):
        raise InputError(f"{artifact.card}: not as scripts/evaluate.py writes it; run that again")


def hub_card(
    artifact: Artifact,
    place: str,
    language: str | None,
    agreement: dict[str, Any],
    guard: str | None,
) -> str:
    """The text of ``README.md``, metadata and all.

    Args:
        place: what to load: a repository's id, or the name of the folder.
        language: of the texts, as ISO 639 has it; None leaves it out.
        agreement: what ``measure_agreement`` found.
        guard: what ``write_torch_files`` returned.
    """
    card = ModelCard(artifact.card.read_text(encoding="utf-8"))
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    config, calibration = artifact.load_config(), present_calibration(artifact)
    loading = environment.get_template("loading.md.j2").render(
        place=place,
        config=config,
        # A string in Python and in JavaScript.
        example=json.dumps(next(iter(config.page.examples), _EXAMPLE), ensure_ascii=False),
        guard=guard,
        agreement=agreement,
        table=_table(agreement),
        calibration=calibration,
    )
    text = _SNIPPET.sub(lambda _: loading, card.text.lstrip(), count=1)
    return f"---\n{_metadata(artifact, card.data, language, guard).to_yaml()}\n---\n\n{text}"


def _metadata(
    artifact: Artifact, known: ModelCardData, language: str | None, guard: str | None
) -> ModelCardData:
    facts = known.to_dict()
    if artifact.load_training_record()["base"]["source"] == "directory":
        facts.pop("base_model", None)  # the hub takes no path for one
    hub_id = artifact.load_config().data.hub_id
    results = _results(artifact)
    return ModelCardData(
        **facts,
        language=language,
        tags=["onnx", "transformers.js", *(["custom_code"] if guard else [])],
        datasets=[hub_id] if hub_id else None,
        metrics=["accuracy", "f1"],
        model_name=artifact.name if results else None,
        eval_results=results,
    )


def _results(artifact: Artifact) -> list[EvalResult] | None:
    """What the weights reach on the test split, if that was measured."""
    if not artifact.metrics("test").is_file():
        return None
    metrics, data = read_json(artifact.metrics("test")), artifact.load_config().data
    return [
        EvalResult(
            task_type="text-classification",
            dataset_type=data.hub_id or "custom",
            dataset_name=data.name,
            dataset_split="test",
            metric_type=kind,
            metric_name=name,
            metric_value=round(metrics[key], 4),
        )
        for key, (kind, name) in _METRICS.items()
    ]


def _table(agreement: dict[str, Any]) -> str:
    head = ["", "one at a time: same label", "logits off by (rms)"]
    head += [f"in batches of {agreement['batch']}: same label", "logits off by (rms)"]
    rows = []
    for name, result in agreement.items():
        if isinstance(result, dict):
            cells = [f"`onnx/{name}`"]
            for way in (ALONE, TOGETHER):
                cells += [f"{result[way]['agreement']:.1%}", f"{result[way]['logit_rms']:.4f}"]
            rows.append(cells)
    return markdown_table(head, rows)
