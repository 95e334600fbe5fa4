"""The artifact folder: one fine-tuned run on disk, and what may be read from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.run.config import RunConfig, load_config
from training.run.errors import InputError
from training.run.files import read_json

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

ARTIFACTS_DIR = Path(__file__).parents[1] / "artifacts"
REPORT_DIR = ARTIFACTS_DIR / "report"
TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
)
BROWSER_RUN = "minilm_v3"  # the one whose weights are committed and whose page is built


@dataclass(frozen=True)
class Artifact:
    """Paths inside ``training/artifacts/<run>``; those marked * appear when a stage is done."""

    path: Path

    @property
    def weights(self) -> Path:
        return self.path / "model.safetensors"

    @property
    def model_config(self) -> Path:
        return self.path / "config.json"

    @property
    def tokenizer(self) -> Path:
        return self.path / "tokenizer.json"

    @property
    def tokenizer_config(self) -> Path:
        return self.path / "tokenizer_config.json"

    @property
    def run_config(self) -> Path:
        return self.path / "run.yaml"

    @property
    def training_record(self) -> Path:
        """* How the weights came to be: base, data, seed, history."""
        return self.path / "training.json"

    @property
    def card(self) -> Path:
        return self.path / "README.md"

    @property
    def parity(self) -> Path:
        """* What quantization cost; there only when it was measured on these weights."""
        return self.path / "parity.json"

    @property
    def calibration(self) -> Path:
        """* Temperature and threshold of the int8 model."""
        return self.path / "calibration.json"

    @property
    def robustness(self) -> Path:
        """* How the int8 model holds out against changed texts."""
        return self.path / "robustness.json"

    @property
    def golden(self) -> Path:
        """* What the int8 model answers to texts that browsers are checked with."""
        return self.path / "golden.json"

    @property
    def ladder(self) -> Path:
        """What a study of the recipe measured: not of these weights, it outlives them."""
        return self.path / "ladder.json"

    @property
    def onnx_dir(self) -> Path:
        return self.path / "onnx"

    @property
    def onnx(self) -> Path:
        return self.onnx_dir / "model.onnx"

    @property
    def onnx_quantized(self) -> Path:
        return self.onnx_dir / "model_quantized.onnx"

    def metrics(self, split: str) -> Path:
        """* The metrics record of a split."""
        return self.path / f"{split}_metrics.json"

    @property
    def name(self) -> str:
        return self.path.name

    def load_config(self) -> RunConfig:
        return load_config(self.run_config)

    def load_labels(self) -> list[str]:
        """Label names in index order, from ``config.json``."""
        names = read_json(self.model_config)["id2label"]
        return [names[str(index)] for index in range(len(names))]

    def load_tokenizer(self) -> "PreTrainedTokenizerBase":
        """The tokenizer; its ``model_max_length`` is the length limit of the run."""
        from transformers import AutoTokenizer  # takes seconds, and --help needs none

        return AutoTokenizer.from_pretrained(self.path)

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of each text as the model gets them: special tokens, truncation, no padding."""
        tokenizer = self.load_tokenizer()
        return [tokenizer(text, truncation=True)["input_ids"] for text in texts]

    def load_training_record(self) -> dict[str, Any]:
        return read_json(self.training_record)


def find_artifact(run: str) -> Artifact:
    """The artifact of a run, given by its name or as a folder.

    Raises:
        InputError: there is no such run, or its weights are not there.
    """
    path = ARTIFACTS_DIR / run
    if not path.is_dir():
        path = Path(run)
    artifact = Artifact(path)
    if not artifact.training_record.is_file():
        runs = sorted(p.parent.name for p in ARTIFACTS_DIR.glob("*/training.json"))
        raise InputError(
            f"no run '{run}' in {ARTIFACTS_DIR} (found: {', '.join(runs) or 'none'}); "
            "make one with scripts/train.py"
        )
    if not artifact.weights.is_file():
        raise InputError(f"{artifact.weights}: the weights are missing; train the run again")
    return artifact


def study_record(committed: Path, artifact: Artifact) -> Path:
    """Where a study of a run is written: over the committed file if the run is the browser's, which
    the committed ones are of, else under the same name in the run's own folder.
    """
    ours = artifact.path.resolve() == (ARTIFACTS_DIR / BROWSER_RUN).resolve()
    return committed if ours else artifact.path / committed.name
