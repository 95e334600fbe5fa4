"""One search after another into the same record: what is there is not measured again."""

from dataclasses import asdict
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
from export.search.candidates import Candidate, load_search, measure, write_search
from export.search.nodes import measure_node
from training.behaviour.measure import own_texts

SPLIT = "validation"
NODE_TEXTS = 1000  # distances need fewer texts than shares of equal answers
BROWSER_TEXTS = 100
BROWSER_REPEATS = 3


class Search:
    """Measures what is open; the record is written after each measurement.

    Attributes:
        record: what was measured so far of the present ``model.onnx``.
    """

    def __init__(self, stages: StaleStages, path: Path, work: Path) -> None:
        self._stages = stages
        self._artifact = stages.artifact
        self._path = path
        self._work = work
        self.record = load_search(path, self._artifact)

    def measure_schemes(self, candidates: list[Candidate]) -> None:
        """Size, distance and native latency of each scheme."""
        measured = self.record["candidates"]
        for candidate in candidates:
            if candidate.name in measured:
                continue
            made = self._make(candidate)
            row = measure(
                candidate, made, self._artifact, self._texts, self._labels, self._reference
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
        if self.record.get("node_scheme") != asdict(scheme):
            self.record |= {"nodes": {}, "node_scheme": asdict(scheme), "node_texts": NODE_TEXTS}
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
        files = {candidate.name: self._make(candidate) for candidate in candidates}
        found = browser_latency(
            files, self._artifact.token_ids(self._texts[:BROWSER_TEXTS]), BROWSER_REPEATS
        )
        for name, row in found.items():
            rows[name]["browser"] = row
        self._write()

    def _make(self, candidate: Candidate) -> Path:
        made = self._work / f"{candidate.name.replace('/', '-')}.onnx"
        if made.is_file():
            return made
        if candidate.scheme.method == "rowwise":
            onnx.save(self._prepared.quantized(candidate.scheme), made)
        else:
            make_int8(self._artifact, candidate.scheme, made)
        return made

    def _write(self) -> None:
        write_search(self._path, self.record, SPLIT, len(self._texts))

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
