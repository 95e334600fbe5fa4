"""A few sentences, answered in the page's words on standard output."""

from collections.abc import Sequence
from pathlib import Path

from export.graph import session as runtime
from export.quality.answer import answer
from export.quality.stages import ModelStages
from training.run.artifact import find_artifact


def say_answers(texts: Sequence[str], run: str, data: Path | None, by: str, top: int) -> None:
    """Print each text and what is said of it.

    Args:
        by: int8 (as shipped), fp32 or torch.

    Raises:
        InputError: there is no such run, or its data cannot be had.
        CheckError: an answer is not a number.
    """
    artifact = find_artifact(run)
    calibration = ModelStages(artifact, data, lambda _: None).calibration()
    if by == "torch":
        from training.measure import predict as torch_runtime  # takes seconds, the others do not

        logits = torch_runtime.predict(artifact, texts)
    elif by == "fp32":
        logits = runtime.predict(artifact, artifact.onnx, texts)
    else:
        logits = runtime.predict_as_shipped(artifact, texts)
    labels = artifact.load_labels()
    for text, row in zip(texts, logits, strict=True):
        print(f"{text}\n  {answer(row, labels, calibration).sentence(top)}")
