"""The model card of an artifact, rendered from its records."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from training.bases.resolve import base_name
from training.run.artifact import Artifact
from training.run.config import SPLITS
from training.run.files import read_json

_TEMPLATES = Path(__file__).parent / "templates"


def write_card(artifact: Artifact) -> None:
    """Write ``README.md`` of the artifact from its config, training record and metrics records."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    metrics = {
        split: read_json(artifact.metrics(split))
        for split in SPLITS
        if artifact.metrics(split).is_file()
    }
    training = artifact.load_training_record()
    text = environment.get_template("model_card.md.j2").render(
        config=artifact.load_config(),
        training=training,
        base_name=base_name(training["base"]),
        labels=artifact.load_labels(),
        metrics=metrics,
        classes={split: _classes_by_f1(record) for split, record in metrics.items()},
    )
    artifact.card.write_text(text, encoding="utf-8")


def _classes_by_f1(record: dict[str, list]) -> list[dict[str, float | str]]:
    columns = (
        "label_names",
        "per_class_f1",
        "per_class_precision",
        "per_class_recall",
        "per_class_support",
    )
    rows = zip(*(record[column] for column in columns), strict=True)
    keys = ("label", "f1", "precision", "recall", "support")
    return sorted((dict(zip(keys, row, strict=True)) for row in rows), key=lambda row: -row["f1"])
