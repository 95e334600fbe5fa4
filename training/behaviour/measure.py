"""How well a model holds out: changed, short, long and odd texts, other hands, pairs by hand."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from training.behaviour.pairs import PAIRS_FILE, Pair, behaviour_record, load_pairs
from training.behaviour.perturb import PERTURBATIONS
from training.data.load import load_data
from training.data.sources import SAMPLE_DIR
from training.measure.metrics import Labels, Logits, classification_record, macro_f1
from training.report.words import aligned
from training.run.data_config import DataConfig
from training.run.errors import CheckError

Predict = Callable[[list[str]], Logits]  # texts → [n, labels]
LabelledTexts = tuple[list[str], Labels]  # texts, and as many indices of their labels

ORIGINAL = "original"
# Words, from and to; the last bucket has no end.
LENGTHS = ((1, 5), (6, 10), (11, 20), (21, 40), (41, None))
MIN_TEXTS_FOR_F1 = 50
LONG_WORDS = 2000
_SAMPLE = DataConfig(name="sample", text_column="situation", label_column="emotion")
_SAMPLE_KEYS = ("n", "accuracy", "macro_f1", "macro_f1_ci95", "top3_accuracy")


def own_texts(label_names: Sequence[str]) -> tuple[LabelledTexts, list[Pair]] | None:
    """The test split of the embedded sample and the pairs, or None when the labels are others.

    Both were written for this project, by other hands than the training data.
    """
    data = load_data(_SAMPLE, SAMPLE_DIR)
    if set(data.labels) != set(label_names):
        return None
    columns = np.array([label_names.index(name) for name in data.labels])
    rows = data.splits["test"]
    return (list(rows["text"]), columns[list(rows["label"])]), load_pairs(PAIRS_FILE, label_names)


def measure(
    predict: Predict,
    texts: Sequence[str],
    labels: Labels,
    label_names: Sequence[str],
    sample: LabelledTexts | None,
    pairs: Sequence[Pair] | None,
) -> dict[str, Any]:
    """What changes of the text, its length and its origin do to the answers.

    Args:
        predict: the model. Texts that a change left as they were are not given to it again.
        texts, labels: [n] each; labels are indices into ``label_names``.
        sample: labelled texts by other hands, None to leave them out.
        pairs: pairs by hand, None to leave them out.

    Raises:
        CheckError: a logit is not finite.
    """
    texts, labels = list(texts), np.asarray(labels)
    logits = _finite(predict, texts, "the texts")
    answers = logits.argmax(axis=1)
    record = {
        "perturbations": _perturbations(predict, texts, labels, answers, len(label_names)),
        "lengths": _by_length(texts, labels, answers, len(label_names)),
        "extremes": _extremes(predict, texts, label_names),
    }
    if sample is not None:
        found = _finite(predict, sample[0], "the sample")
        scores = classification_record(found, np.asarray(sample[1]), list(label_names))
        record["sample"] = {key: scores[key] for key in _SAMPLE_KEYS}
    if pairs:
        both = [pair.first for pair in pairs] + [pair.second for pair in pairs]
        probabilities = softmax(_finite(predict, both, "the pairs"), axis=1)
        first, second = np.split(probabilities, 2)
        record["behaviour"] = behaviour_record(pairs, first, second, label_names)
    return record


def _finite(predict: Predict, texts: list[str], what: str) -> Logits:
    logits = predict(texts)
    wrong = np.flatnonzero(~np.isfinite(logits).all(axis=1))
    if wrong.size:
        raise CheckError(
            f"{what}: logits that are not finite for {wrong.size} of {len(texts)} texts, "
            f"the first of them {texts[wrong[0]][:60]!r}"
        )
    return logits


def _perturbations(
    predict: Predict, texts: list[str], labels: Labels, answers: Labels, classes: int
) -> dict[str, dict[str, Any]]:
    untouched = np.zeros(len(texts), dtype=bool)
    scores = _compared(answers, answers, labels, untouched, classes)
    rows = {ORIGINAL: {"description": "as it was written", **scores}}
    for name, perturb in PERTURBATIONS.items():
        new = [perturb(text) for text in texts]
        changed = np.array([after != before for after, before in zip(new, texts, strict=True)])
        given = answers.copy()
        if changed.any():
            again = [text for text, is_new in zip(new, changed, strict=True) if is_new]
            given[changed] = _finite(predict, again, name).argmax(axis=1)
        scores = _compared(given, answers, labels, changed, classes)
        rows[name] = {"description": perturb.description, **scores}
    return rows


def _compared(
    given: Labels, original: Labels, labels: Labels, changed: NDArray[np.bool_], classes: int
) -> dict[str, Any]:
    same = given == original
    return {
        "n": len(labels),
        "changed": float(changed.mean()),
        "accuracy": float(np.mean(given == labels)),
        "macro_f1": macro_f1(given, labels, classes),
        "agreement": float(same.mean()),
        "agreement_of_changed": float(same[changed].mean()) if changed.any() else None,
    }


def _by_length(
    texts: list[str], labels: Labels, answers: Labels, classes: int
) -> dict[str, dict[str, Any]]:
    words = np.array([len(text.split()) for text in texts])
    buckets: dict[str, dict[str, Any]] = {}
    for low, high in LENGTHS:
        rows = (words >= low) & (words <= (high or np.inf))
        bucket: dict[str, Any] = {"n": int(rows.sum())}
        if rows.any():
            bucket["accuracy"] = float(np.mean(answers[rows] == labels[rows]))
        if bucket["n"] >= MIN_TEXTS_FOR_F1:
            bucket["macro_f1"] = macro_f1(answers[rows], labels[rows], classes)
        buckets[f"{low}–{high}" if high else f"{low}+"] = bucket
    return buckets


def _extremes(
    predict: Predict, texts: list[str], label_names: Sequence[str]
) -> dict[str, dict[str, Any]]:
    endless = itertools.cycle(word for text in texts for word in text.split())
    inputs = {
        "one character": "a",
        "one word": "Alone",
        "emoji only": "😀😭🔥",
        f"{LONG_WORDS:,} words": " ".join(itertools.islice(endless, LONG_WORDS)),
    }
    logits = _finite(predict, list(inputs.values()), "odd inputs")
    return {
        name: {
            "answer": label_names[row.argmax()],
            "probability": float(row.max()),
            "finite": True,  # or we would not be here
        }
        for name, row in zip(inputs, softmax(logits, axis=1), strict=True)
    }


def table(record: dict[str, Any]) -> str:
    """What ``measure`` found as aligned text tables, one below the other."""
    rows = [["", "accuracy", "macro-F1", "agreement", "changed"]]
    for name, r in record["perturbations"].items():
        rows.append([name, *_scores(r), f"{r['agreement']:.4f}", f"{r['changed']:.1%}"])
    tables = [rows]
    rows = [["words", "accuracy", "macro-F1", "n"]]
    others = {"by other hands": record["sample"]} if "sample" in record else {}
    for name, r in (record["lengths"] | others).items():
        rows.append([name, *_scores(r), f"{r['n']:,}"])
    tables.append(rows)
    rows = [["input", "answer", "probability"]]
    for name, r in record["extremes"].items():
        rows.append([name, r["answer"], f"{r['probability']:.1%}"])
    tables.append(rows)
    if "behaviour" in record:
        rows = [["pairs", "passed", "of", "rate"]]
        found = record["behaviour"]
        for name, r in (found["capabilities"] | {"all": found}).items():
            rows.append([name, str(r["passed"]), str(r["n"]), f"{r['pass_rate']:.1%}"])
        tables.append(rows)
    return "\n\n".join(map(aligned, tables))


def _scores(row: dict[str, Any]) -> list[str]:
    return [f"{row[key]:.4f}" if key in row else "–" for key in ("accuracy", "macro_f1")]
