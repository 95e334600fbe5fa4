"""What an encoder has to beat: TF-IDF with logistic regression, and always the commonest class."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from tqdm import tqdm

from training.data.load import LabelledData
from training.measure.metrics import classification_record, macro_f1
from training.run.artifact import ARTIFACTS_DIR, Artifact
from training.run.config import SPLITS
from training.run.files import write_json
from training.run.provenance import circumstances

TFIDF = "tfidf_lr_v1"
MAJORITY = "majority_v1"
_STRENGTHS = (1.0, 3.0, 10.0)  # C of the regression: the inverse of its regularization


@dataclass(frozen=True)
class Baseline:
    """A fitted classifier and what its record says of it."""

    run: str
    model: str
    parameters: int
    classifier: Pipeline | DummyClassifier
    settings: dict[str, Any]


def run_baselines(data: LabelledData, config_name: str, root: Path = ARTIFACTS_DIR) -> list[str]:
    """Fit both baselines on train and write their records for validation and test.

    Returns:
        The names of the runs.
    """
    names = []
    for fit in (_fit_majority, _fit_tfidf):
        started = time.monotonic()
        baseline = fit(data)
        seconds = round(time.monotonic() - started, 1)
        artifact = Artifact(root / baseline.run)
        artifact.path.mkdir(parents=True, exist_ok=True)
        for split in SPLITS[1:]:
            record = _record(baseline, data, split) | {
                "config": config_name,
                "train_seconds": seconds,
            }
            write_json(artifact.metrics(split), record)
        names.append(baseline.run)
    return names


def _fit_majority(data: LabelledData) -> Baseline:
    train = data.splits["train"]
    classifier = DummyClassifier(strategy="prior").fit(train["text"], train["label"])
    return Baseline(MAJORITY, "the commonest class", len(data.labels), classifier, {})


def _fit_tfidf(data: LabelledData) -> Baseline:
    """Words and pairs of words; the strength of regularization is chosen on validation."""
    validation = data.splits["validation"]
    truth = np.asarray(validation["label"])
    scores = {}
    for strength, classifier in _candidates(data):
        predicted = classifier.predict(validation["text"])
        scores[strength] = (macro_f1(predicted, truth, len(data.labels)), classifier)
    best = max(scores, key=lambda strength: scores[strength][0])
    classifier = scores[best][1]
    regression = classifier[-1]
    return Baseline(
        TFIDF,
        "TF-IDF + logistic regression",
        regression.coef_.size + regression.intercept_.size,
        classifier,
        {"C": best, "validation_macro_f1_by_C": {str(c): s for c, (s, _) in scores.items()}},
    )


def _candidates(data: LabelledData) -> Iterator[tuple[float, Pipeline]]:
    train = data.splits["train"]
    for strength in tqdm(_STRENGTHS, desc="logistic regression", unit="fit"):
        classifier = make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
            LogisticRegression(C=strength, max_iter=1000),
        )
        yield strength, classifier.fit(train["text"], train["label"])


def _record(baseline: Baseline, data: LabelledData, split: str) -> dict[str, Any]:
    rows = data.splits[split]
    logits = _log_probabilities(baseline, rows["text"])
    return {
        "model": baseline.model,
        "run": baseline.run,
        "split": split,
        **classification_record(logits, np.asarray(rows["label"]), data.labels),
        "data": data.provenance.record(),
        "base": {"source": "none", "id": baseline.model},
        "settings": baseline.settings,
        "parameters": baseline.parameters,
        "seed": None,
        "peak_memory_bytes": None,
        **circumstances(),
    }


def _log_probabilities(baseline: Baseline, texts: list[str]) -> NDArray[np.floating]:
    """[n, labels]: softmax of these gives the classifier's own probabilities back."""
    return np.log(baseline.classifier.predict_proba(list(texts)))
