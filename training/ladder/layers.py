"""Which layers of a trained run classify best as they are: what a shallower one may begin with.

No training: the others are left out, the head stays (Sajjad et al., 2023, choose them likewise).
"""

import copy
import itertools
from typing import Any

import numpy as np
from tqdm import tqdm

from training.bases.layers import keep_layers
from training.data.load import LabelledData
from training.measure.evaluate import require_same_labels
from training.measure.metrics import macro_f1
from training.measure.predict import open_classifier, predict_with
from training.report.words import markdown_table
from training.run.artifact import Artifact
from training.run.errors import InputError
from training.run.files import sha256_of
from training.run.provenance import circumstances

SPLIT = "validation"
_SHOWN = 3


def measure_layers(artifact: Artifact, data: LabelledData, keep: int) -> dict[str, Any]:
    """macro-F1 and accuracy on validation of every choice of ``keep`` layers, best first.

    Raises:
        InputError: the run has no more than ``keep`` layers, or other labels than the data.
    """
    labels = require_same_labels(artifact, data)
    model, tokenizer = open_classifier(artifact), artifact.load_tokenizer()
    count = model.config.num_hidden_layers
    if keep >= count:
        raise InputError(f"run '{artifact.name}': it has {count} layers; keep fewer than {count}")
    rows = data.splits[SPLIT]
    truth = np.asarray(rows["label"])
    choices = []
    for layers in tqdm(list(itertools.combinations(range(count), keep)), desc="choices"):
        shallower = copy.deepcopy(model)
        keep_layers(shallower, layers, artifact.name)
        logits = predict_with(
            shallower, tokenizer, rows["text"], batch_size=32, description=str(layers)
        )
        answers = logits.argmax(axis=1)
        choices.append(
            {
                "layers": list(layers),
                "macro_f1": macro_f1(answers, truth, len(labels)),
                "accuracy": float(np.mean(answers == truth)),
            }
        )
    return {
        "run": artifact.name,
        "weights_sha256": sha256_of(artifact.weights),
        "split": SPLIT,
        "n": len(truth),
        "of_layers": count,
        "keep": keep,
        "choices": sorted(choices, key=lambda choice: -choice["macro_f1"]),
        "data": data.provenance.reference(),
        **circumstances(),
    }


def layers_table(*records: dict[str, Any]) -> str:
    """Markdown: the best choices and the worst one of each record."""
    head = ["layers of", "kept", "validation macro-F1", "accuracy", "place"]
    return markdown_table(head, [row for record in records for row in _rows(record)])


def _rows(record: dict[str, Any]) -> list[list[str]]:
    choices = record["choices"]
    places = [*range(min(_SHOWN, len(choices))), *range(_SHOWN, len(choices))[-1:]]
    return [
        [
            record["run"],
            ", ".join(map(str, choices[place]["layers"])),
            f"{choices[place]['macro_f1']:.4f}",
            f"{choices[place]['accuracy']:.4f}",
            f"{place + 1} of {len(choices)}",
        ]
        for place in places
    ]
