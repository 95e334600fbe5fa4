"""Labelled texts: from a directory, the hub or the embedded sample to three clean splits."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from datasets import ClassLabel, Dataset, DatasetDict, Features, Value

from training.data.context import context_record, read_contexts
from training.data.readers import Row
from training.data.sources import find_rows
from training.data.unlabelled import read_unlabelled
from training.run.config import SPLITS
from training.run.data_config import DataConfig
from training.run.errors import InputError


@dataclass(frozen=True)
class Provenance:
    """Where the texts came from and what cleaning did to them; goes into every record.

    ``dropped`` counts rows by reason and split; ``fingerprint`` is the SHA-256 of the cleaned rows.
    """

    source: str  # "directory", "hub" or "sample"
    id: str
    rows: dict[str, int]
    dropped: dict[str, dict[str, int]]
    fingerprint: str
    context: dict[str, object] | None = None  # of the texts that go with train texts, if any
    unlabelled: dict[str, object] | None = None  # of those that are there for teachers to judge

    def record(self) -> dict[str, object]:
        return {name: value for name, value in asdict(self).items() if value is not None}

    def reference(self) -> dict[str, str]:
        """What tells these texts from others, for records that are measured on them."""
        return {"source": self.source, "id": self.id, "fingerprint": self.fingerprint}

    def summary(self) -> str:
        """One line for people: source, rows, what was dropped."""
        rows = ", ".join(f"{split} {count:,}" for split, count in self.rows.items())
        dropped = ", ".join(
            f"{count} {reason.replace('_', ' ')} in {split}"
            for reason, counts in self.dropped.items()
            for split, count in counts.items()
            if count
        )
        further = ", ".join(
            f"{found['texts']:,} {name} from {found['file']}"
            for name, found in (("contexts", self.context), ("further texts", self.unlabelled))
            if found
        )
        further = f" (with {further})" if further else ""
        return f"data: {self.source} '{self.id}': {rows}{further}; dropped: {dropped or 'nothing'}"


@dataclass(frozen=True)
class LabelledData:
    """Cleaned splits with columns ``text`` (str) and ``label`` (ClassLabel).

    Train has the column ``context`` (str, empty where there is none), if any was found.
    ``unlabelled`` has ``text`` and ``label``, -1 where there is none.
    """

    splits: DatasetDict
    labels: list[str]
    provenance: Provenance
    unlabelled: Dataset | None = None


def load_data(config: DataConfig, directory: Path | None = None) -> LabelledData:
    """Load, validate and clean the three splits.

    Precedence: ``directory``, the variable POCKET_DATA_DIR, the hub data set of the config, the
    embedded sample.

    Raises:
        InputError: what was found is not usable; names file, row and remedy.
    """
    found = find_rows(config, directory)
    rows, dropped = clean(found.rows)
    labels = _labels(rows, config, found.files)
    features = Features({"text": Value("string"), "label": ClassLabel(names=labels)})
    splits = {
        split: Dataset.from_dict(
            {"text": [r.text for r in kept], "label": [r.label for r in kept]}, features=features
        )
        for split, kept in rows.items()
    }
    context = None
    if config.context and found.context:
        contexts = read_contexts(found.context, config.context, rows)
        splits["train"] = splits["train"].add_column("context", contexts)
        context = context_record(found.context, contexts)
    further, told = None, None
    if config.unlabelled and found.unlabelled:
        further, told = read_unlabelled(found.unlabelled, config.unlabelled, rows, labels)
    counts = {split: len(kept) for split, kept in rows.items()}
    provenance = Provenance(found.kind, found.id, counts, dropped, fingerprint(rows), context, told)
    return LabelledData(DatasetDict(splits), labels, provenance, further)


def clean(rows: Mapping[str, list[Row]]) -> tuple[dict[str, list[Row]], dict[str, dict[str, int]]]:
    """Strip; drop empty rows, exact duplicates inside a split, and train texts held out elsewhere.

    A text with two different labels keeps both rows: that is label noise, not duplication.

    Returns:
        The cleaned rows, and for each reason the number of rows dropped from each split.
    """
    dropped = {reason: dict.fromkeys(rows, 0) for reason in ("empty", "duplicate", "held_out")}
    stripped = {
        split: [r._replace(text=r.text.strip(), label=r.label.strip()) for r in found]
        for split, found in rows.items()
    }
    held_out = {r.text for split, found in stripped.items() if split != "train" for r in found}
    cleaned = {}
    for split, found in stripped.items():
        full = [r for r in found if r.text and r.label]
        # Reversed, so that the first of several equal rows is the one that stays.
        unique = list({(r.text, r.label): r for r in reversed(full)}.values())[::-1]
        kept = [r for r in unique if split != "train" or r.text not in held_out]
        dropped["empty"][split] = len(found) - len(full)
        dropped["duplicate"][split] = len(full) - len(unique)
        dropped["held_out"][split] = len(unique) - len(kept)
        cleaned[split] = kept
    return cleaned, dropped


def fingerprint(rows: Mapping[str, list[Row]]) -> str:
    """SHA-256 (hex) of the cleaned rows, in order, with their split."""
    digest = hashlib.sha256()
    for split in SPLITS:
        for row in rows[split]:
            line = json.dumps([split, row.text, row.label])
            digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def _labels(
    rows: Mapping[str, list[Row]], config: DataConfig, files: Mapping[str, str]
) -> list[str]:
    for split in SPLITS:
        if not rows[split]:
            raise InputError(
                f"{files[split]}: the {split} split has no usable row; add labelled texts"
            )
    counts = Counter(row.label for row in rows["train"])
    labels = list(config.labels) if config.labels else sorted(counts)
    twice = [label for label, count in Counter(labels).items() if count > 1]
    if twice:
        raise InputError(f"data.labels names '{twice[0]}' twice; remove one")
    problem = "is not in data.labels" if config.labels else "has no training row"
    for split in SPLITS:
        for row in rows[split]:
            if row.label not in labels:
                raise InputError(
                    f"{files[split]}, {row.where}: label '{row.label}' {problem}; "
                    "correct the label or add what is missing"
                )
    missing = [label for label in labels if not counts[label]]
    if missing:
        raise InputError(
            f"{files['train']}: no training row for label '{missing[0]}'; "
            "add some or remove the label"
        )
    if len(labels) < 2:
        raise InputError(f"{files['train']}: only one label, '{labels[0]}'; a classifier needs two")
    return labels
