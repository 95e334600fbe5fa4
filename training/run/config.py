"""RunConfig: everything a run is told, read strictly from one YAML file."""

import re
from dataclasses import field, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from training.run.data_config import STRICT, DataConfig, Fraction, Positive
from training.run.errors import InputError
from training.run.settings import read_settings

SPLITS = ("train", "validation", "test")
DATA_DIR_VARIABLE = "POCKET_DATA_DIR"
OFFLINE = "offline"  # a base from a package, or derived from one
CONFIG_DIR = Path(__file__).parents[1] / "configs"

Seed = Annotated[int, Field(ge=0, lt=2**32)]  # what numpy takes
Pooling = Literal["first", "mean"]
# A run's name becomes a folder and part of a URL.
RunName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
# BCP 47 as far as languages of pages go: language, script, region, variants. No registered language
# is named by more than three letters, so that "english" is found out.
_LANGUAGE_TAG = re.compile(
    r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-([a-z\d]{5,8}|\d[a-z\d]{3}))*", re.IGNORECASE
)


def _language_tag(value: str) -> str:
    if _LANGUAGE_TAG.fullmatch(value):
        return value
    raise PydanticCustomError("lang", "it must be a language tag such as en, de or pt-br")


@dataclass(frozen=True, config=STRICT)
class TeacherConfig:
    """Cross-fitted teachers: each train text is judged by one that was trained without it.

    Their probabilities make up the share ``weight`` of the targets, the labels the rest. With
    ``repeats`` the texts are split anew each time and a text's opinions averaged. Unlabelled texts
    are judged by all teachers; a label that one has of its own makes up ``own_label_weight`` of its
    target. What is None is as the student has it.
    """

    folds: Annotated[int, Field(ge=2)] = 2
    repeats: Positive = 1
    base: str | None = None
    pooling: Pooling | None = None
    max_length: Annotated[int, Field(ge=8)] | None = None
    batch_size: Positive | None = None
    label_smoothing: Fraction | None = None
    epochs: Positive = 3
    learning_rate: Annotated[float, Field(gt=0)] = 1.5e-4
    weight: Fraction = 0.5
    unlabelled: bool = True  # whether the student learns from unlabelled texts, where there are any
    own_label_weight: Fraction = 0.0
    seed: Seed = 42


@dataclass(frozen=True, config=STRICT)
class TrainConfig:
    """The fine-tuning recipe. Lengths are in tokens, special tokens included."""

    max_length: Annotated[int, Field(ge=8)] = 128
    epochs: Positive = 6
    batch_size: Positive = 32
    learning_rate: Annotated[float, Field(gt=0)] = 1e-4
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    warmup_ratio: Fraction = 0.1
    label_smoothing: Fraction = 0.1
    pooling: Pooling = "first"  # what of the last layer is classified
    layers: list[Annotated[int, Field(ge=0)]] | None = None  # of the base that are kept; None = all
    third_person: Fraction = 0.0  # share of the (English) texts told once more, of her or him
    teacher: TeacherConfig | None = None
    students: Positive = 1  # trained in different orders; the weights are averaged
    seed: Seed = 42


@dataclass(frozen=True, config=STRICT)
class QuantizeConfig:
    """How int8 is made.

    ``dynamic`` is onnxruntime's own: one scale for an activation as a whole; ``operators`` and
    ``per_channel`` (of the weights) are for it. ``rowwise`` gives each token a scale, and is for
    encoders like BERT; what follows ``smoothing`` is for it. A step is the smallest difference that
    weights are told apart by, as a share of their table's root mean square; 0 is as fine as eight
    bits allow, more compresses better.
    """

    method: Literal["dynamic", "rowwise"] = "dynamic"
    operators: list[str] = field(default_factory=lambda: ["MatMul", "Gather"])
    per_channel: bool = True
    smoothing: Fraction = 0.5  # how far large channels are evened out at the weights' expense
    weight_step: Fraction = 0.0  # of linear layers
    embedding_step: Fraction = 0.0  # of common pieces; the rarer a piece, the larger its step
    alphabets: list[str] = field(default_factory=list)  # pieces of others read as unknown; [] = all
    keep_float: list[str] = field(default_factory=list)  # nodes by name, * is anything
    max_megabytes: Annotated[float, Field(gt=0)] = 24.0  # compressed, as a visitor gets it


@dataclass(frozen=True, config=STRICT)
class ParityConfig:
    """The gate: what int8 may cost against torch before nothing is shipped."""

    max_macro_f1_drop: Fraction = 0.01
    min_agreement: Fraction = 0.92
    max_class_f1_drop: Fraction = 0.10
    # A class of fewer texts is reported and not gated: in one of five a single changed answer may
    # cost a fifth of its F1, in one of thirty a thirtieth.
    min_class_support: Positive = 30


@dataclass(frozen=True, config=STRICT)
class CalibrationConfig:
    """When an answer counts as sure: validation shows that so many of such answers are right.

    Shows: not just that so many are, but the one-sided 95 % lower bound of their share.
    """

    sure_accuracy: Fraction = 0.7


@dataclass(frozen=True, config=STRICT)
class PageConfig:
    """What the web page says of itself; plain text.

    ``lang`` is the language of these texts, a BCP 47 tag: numbers are written by it. What the page
    says of its own accord is English.
    """

    lang: Annotated[str, AfterValidator(_language_tag)] = "en"
    title: str = "Text classifier"
    tagline: str = ""
    description: str = ""
    placeholder: str = "Type a sentence"
    examples: list[str] = field(default_factory=list)
    notice: str = ""


@dataclass(frozen=True, config=STRICT)
class RunConfig:
    """One run, from data to web page."""

    run: RunName
    base: str
    data: DataConfig
    train: TrainConfig = field(default_factory=TrainConfig)
    quantize: QuantizeConfig = field(default_factory=QuantizeConfig)
    parity: ParityConfig = field(default_factory=ParityConfig)
    calibration: CalibrationConfig = field(default_factory=CalibrationConfig)
    page: PageConfig = field(default_factory=PageConfig)
    intended_use: str = ""
    limits: str = ""


@dataclass(frozen=True, config=STRICT)
class DistillConfig:
    """How long and how fast a small base learns from a large one; ``max_length`` is in tokens."""

    epochs: Annotated[int, Field(ge=0)] = 3
    batch_size: Positive = 64
    learning_rate: Annotated[float, Field(gt=0)] = 5e-4
    max_length: Annotated[int, Field(ge=8)] = 64
    seed: Seed = 42


def with_base(config: RunConfig, base: str | None) -> RunConfig:
    """The same on another base, if one is given; ``offline`` is the stand-in of its own.

    Teachers with a base of their own keep it, or with ``offline`` take the stand-in of that.
    """
    if base is None:
        return config
    if base != OFFLINE:
        return replace(config, base=base)
    teacher = config.train.teacher
    if teacher and teacher.base:
        teacher = replace(teacher, base=f"{OFFLINE}:{teacher.base}")
    train = replace(config.train, teacher=teacher)
    return replace(config, base=f"{OFFLINE}:{config.base}", train=train)


def config_path(name: str) -> Path:
    """Path of a config given as a file or as the bare name of one in ``training/configs``.

    Raises:
        InputError: neither exists.
    """
    given = Path(name)
    if given.suffix in {".yaml", ".yml"} and given.is_file():
        return given
    known = CONFIG_DIR / f"{name}.yaml"
    if known.is_file():
        return known
    names = ", ".join(sorted(p.stem for p in CONFIG_DIR.glob("*.yaml")))
    raise InputError(f"no config '{name}': give a YAML file or one of: {names}")


def load_config(path: Path) -> RunConfig:
    """Read and check a config file.

    Raises:
        InputError: unreadable YAML, an unknown or missing key, or a value of the wrong kind.
    """
    return read_settings(path, RunConfig)
