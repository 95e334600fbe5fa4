"""What classifies many texts: ours, and what others would reach for. Each in a process of its own.

    python -m export.rows.contenders NAME RUN FOLDER TEXTS

RUN is the artifact, FOLDER the same run as ``scripts/export_hub.py`` writes it, TEXTS a JSON list.
The last line of the output is JSON: seconds from a warm start, and the label of each text.
"""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from export.rows.score import Pool, load_model, windows_of

BATCH = 32  # as the guides of the others have it
_WARM_UP = 64
Labels = list[str]
Classify = Callable[[Sequence[str]], Labels]


@contextmanager
def _ours(run: Path, folder: Path) -> Iterator[Classify]:
    with Pool(load_model(run)) as pool:
        list(pool.answers([["warm up"]] * 2 * pool.workers))

        def classify(texts: Sequence[str]) -> Labels:
            answers = pool.answers(windows_of(texts))
            return [found.scores[0][0] for window in answers for found in window]

        yield classify


@contextmanager
def _transformers(run: Path, folder: Path) -> Iterator[Classify]:
    from transformers import pipeline

    pipe = pipeline(
        "text-classification", str(folder), trust_remote_code=True, device="cpu", batch_size=BATCH
    )
    yield lambda texts: [found["label"] for found in pipe(list(texts), truncation=True)]


@contextmanager
def _optimum(run: Path, folder: Path, *, dynamic: bool = False) -> Iterator[Classify]:
    from optimum.onnxruntime import ORTModelForSequenceClassification, ORTQuantizer
    from optimum.onnxruntime.configuration import AutoQuantizationConfig
    from transformers import AutoTokenizer, pipeline

    tokenizer = AutoTokenizer.from_pretrained(folder)
    with tempfile.TemporaryDirectory(prefix="dynamic-") as made:
        place, file = folder, "model.onnx"
        if dynamic:
            settings = AutoQuantizationConfig.avx512_vnni(is_static=False, per_channel=True)
            shutil.copyfile(folder / "onnx" / file, Path(made) / file)
            shutil.copyfile(folder / "config.json", Path(made) / "config.json")
            quantizer = ORTQuantizer.from_pretrained(Path(made), file_name=file)
            quantizer.quantize(settings, save_dir=made)
            place, file = Path(made), "model_quantized.onnx"
        model = ORTModelForSequenceClassification.from_pretrained(place, file_name=file)
        pipe = pipeline("text-classification", model, tokenizer=tokenizer, batch_size=BATCH)
        yield lambda texts: [found["label"] for found in pipe(list(texts), truncation=True)]


@contextmanager
def _optimum_dynamic(run: Path, folder: Path) -> Iterator[Classify]:
    with _optimum(run, folder, dynamic=True) as classify:
        yield classify


OURS = "score"
CONTENDERS = {
    OURS: _ours,
    "transformers, PyTorch fp32": _transformers,
    "optimum, ONNX fp32": _optimum,
    "optimum, ONNX dynamic int8": _optimum_dynamic,
}


def main(name: str, run: str, folder: str, texts_file: str) -> None:
    """Classify once and print what came of it."""
    texts = json.loads(Path(texts_file).read_text(encoding="utf-8"))
    with CONTENDERS[name](Path(run), Path(folder)) as classify:
        classify(texts[:_WARM_UP])
        began = time.perf_counter()
        labels = classify(texts)
        seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "labels": labels}))


if __name__ == "__main__":
    main(*sys.argv[1:])
