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
from itertools import count
from pathlib import Path

from export.rows.score import Pool, load_model, windows_of
from export.rows.writers import Output

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


@contextmanager
def _ray(run: Path, folder: Path, *, workers: int) -> Iterator[Classify]:
    from export.rows.cluster import LOCAL, Work, classify_on_cluster

    model = load_model(run)
    with tempfile.TemporaryDirectory(prefix="ray-") as made:
        place, numbers = Path(made), count()

        def classify(texts: Sequence[str]) -> Labels:
            source, target = place / f"{next(numbers)}.jsonl", place / f"{next(numbers)}"
            source.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
            output = Output("jsonl")
            work = Work([str(source)], str(target), "text", output, workers)
            classify_on_cluster(work, model, LOCAL, lambda _: None)
            lines = [line for file in sorted(target.iterdir()) for line in file.open()]
            return [json.loads(line)["label"] for line in lines]

        yield classify


OURS = "score"
CONTENDERS = {
    OURS: _ours,
    "transformers, PyTorch fp32": _transformers,
    "optimum, ONNX fp32": _optimum,
    "optimum, ONNX dynamic int8": _optimum_dynamic,
}
# Workers by name. Each job starts a cluster, so that its time is told apart from that of the rows.
ON_RAY = {f"Ray, {workers} worker{'s' * (workers > 1)}": workers for workers in (1, 2)}


def main(name: str, run: str, folder: str, texts_file: str) -> None:
    """Classify once and print what came of it."""
    texts = json.loads(Path(texts_file).read_text(encoding="utf-8"))
    opened = _ray(Path(run), Path(folder), workers=ON_RAY[name]) if name in ON_RAY else None
    with opened or CONTENDERS[name](Path(run), Path(folder)) as classify:
        start = _timed(classify, texts[:_WARM_UP])[0]
        seconds, labels = _timed(classify, texts)
    answer: dict[str, object] = {"seconds": seconds, "labels": labels}
    if opened:
        answer |= {"seconds": seconds - start, "start_seconds": start}
    print(json.dumps(answer))


def _timed(classify: Classify, texts: Sequence[str]) -> tuple[float, Labels]:
    began = time.perf_counter()
    labels = classify(texts)
    return time.perf_counter() - began, labels


if __name__ == "__main__":
    main(*sys.argv[1:])
