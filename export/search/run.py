"""One search after another into the same record: what is there is not measured again."""

import hashlib
import json
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from tqdm import tqdm

from export.graph import session as runtime
from export.int8.prepared import Prepared, prepare
from export.int8.quantize import make_int8
from export.pipeline import StaleStages
from export.quality.distance import logit_distance
from export.quality.facts import file_facts
from export.search.candidates import Candidate, load_search, measure, write_search
from export.search.nodes import measure_node
from training.behaviour.measure import own_texts
from training.run.config import QuantizeConfig
from training.run.files import sha256_of
from training.run.provenance import package_versions

SPLIT = "validation"
NODE_TEXTS = 1000  # distances need fewer texts than shares of equal answers
BROWSER_TEXTS = 100
BROWSER_REPEATS = 3
# Files of the run that logits depend on, as parity names them.
_BASIS = ("onnx_fp32", "tokenizer", "tokenizer_config")


class Search:
    """Measures what is open; the record is written after each measurement.

    Attributes:
        record: what was measured so far of the same model, texts and runtime. A row belongs to the
            int8 file that it names: it counts as long as its scheme still makes that file.
    """

    def __init__(self, stages: StaleStages, path: Path, work: Path) -> None:
        self._stages = stages
        self._artifact = stages.artifact
        self._path = path
        self._work = work
        self._made: dict[str, Path] = {}
        self.record = load_search(path, self._artifact.name, self._basis())
        self._forget_stale()

    def _basis(self) -> dict[str, Any]:
        facts = file_facts(self._artifact)
        others = json.dumps(self._other_texts, ensure_ascii=False).encode()
        return {
            **{f"{name}_sha256": facts[name]["sha256"] for name in _BASIS},
            "data_fingerprint": self._stages.data.provenance.fingerprint,
            "other_hands_sha256": hashlib.sha256(others).hexdigest(),
            "min_class_support": self._min_support,
            **package_versions(["onnxruntime"]),
        }

    def _forget_stale(self) -> None:
        """Drop rows of files that their schemes make no more: the quantizer is another since."""
        self.record["candidates"] = {
            name: row
            for name, row in self.record["candidates"].items()
            if row["int8_sha256"] == sha256_of(self._make(QuantizeConfig(**row["scheme"])))
        }

    def measure_schemes(self, candidates: list[Candidate]) -> None:
        """Size, distance and native latency of each scheme."""
        measured = self.record["candidates"]
        for candidate in candidates:
            known = measured.get(candidate.name, {})
            if known.get("scheme") == asdict(candidate.scheme):
                continue
            made = self._make(candidate.scheme)
            row = measure(
                candidate,
                made,
                self._artifact,
                self._texts,
                self._labels,
                self._reference,
                self._min_support,
            )
            measured[candidate.name] = row | self._among_others(made)
            self._write()
        # In the order of the file, whenever each was measured.
        order = {c.name: measured[c.name] for c in candidates}
        self.record["candidates"] = order | measured

    def _among_others(self, made: Path) -> dict[str, Any]:
        """Distance on texts by other hands, if there are any with these labels."""
        if not self._other_texts:
            return {}
        logits = self._predict(made, self._other_texts)
        found = logit_distance(logits, self._other_reference)
        return {"other_hands": found | {"n": len(self._other_texts)}}

    def measure_nodes(self) -> None:
        """Each node alone and all but it, by the scheme of the run."""
        scheme = self._stages.config.quantize
        if scheme.method != "rowwise":
            return
        # The file with every node rounded stands for what the quantizer makes of each.
        made = self._make(replace(scheme, keep_float=[]))
        basis = {
            "node_scheme": asdict(scheme),
            "node_int8_sha256": sha256_of(made),
            "node_texts": NODE_TEXTS,
        }
        if not basis.items() <= self.record.items():
            self.record |= {"nodes": {}, **basis}
        measured = self.record["nodes"]
        open_nodes = [name for name in self._prepared.nodes() if name not in measured]
        for name in tqdm(open_nodes, desc="nodes", unit="node"):
            measured[name] = measure_node(
                self._prepared,
                scheme,
                name,
                self._texts[:NODE_TEXTS],
                self._reference[:NODE_TEXTS],
            )
            self._write()

    def measure_in_browser(self, candidates: list[Candidate]) -> None:
        """Latency in Chromium, all schemes in turn: again for all as soon as one is open."""
        from export.bench.latency import browser_latency

        rows = self.record["candidates"]
        if all("browser" in rows[candidate.name] for candidate in candidates):
            return
        files = {candidate.name: self._make(candidate.scheme) for candidate in candidates}
        found = browser_latency(
            files, self._artifact.token_ids(self._texts[:BROWSER_TEXTS]), BROWSER_REPEATS
        )
        for name, row in found.items():
            rows[name]["browser"] = row
        self._write()

    def _make(self, scheme: QuantizeConfig) -> Path:
        key = json.dumps(asdict(scheme))
        if key not in self._made:
            made = self._work / f"{len(self._made)}.onnx"
            if scheme.method == "rowwise":
                onnx.save(self._prepared.quantized(scheme), made)
            else:
                make_int8(self._artifact, scheme, made)
            self._made[key] = made  # not by its name: what lay there may be anybody's
        return self._made[key]

    def _write(self) -> None:
        write_search(self._path, self.record, SPLIT, len(self._texts))

    @property
    def _min_support(self) -> int:
        return self._stages.config.parity.min_class_support

    @cached_property
    def _prepared(self) -> Prepared:
        return prepare(self._artifact)

    @cached_property
    def _texts(self) -> list[str]:
        return list(self._stages.data.splits[SPLIT]["text"])

    @cached_property
    def _labels(self) -> NDArray[Any]:
        return np.asarray(self._stages.data.splits[SPLIT]["label"])

    @cached_property
    def _reference(self) -> NDArray[np.float32]:
        return self._predict(self._artifact.onnx, self._texts)

    @cached_property
    def _other_texts(self) -> list[str]:
        own = own_texts(self._artifact.load_labels())
        if own is None:
            return []
        (texts, _), pairs = own
        return [*texts, *(text for pair in pairs for text in (pair.first, pair.second))]

    @cached_property
    def _other_reference(self) -> NDArray[np.float32]:
        return self._predict(self._artifact.onnx, self._other_texts)

    def _predict(self, model: Path, texts: list[str]) -> NDArray[np.float32]:
        return runtime.predict(self._artifact, model, texts, description=model.stem)
