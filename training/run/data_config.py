"""Which texts a run learns from: the part of its config that readers of data are given."""

from dataclasses import field
from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

STRICT = ConfigDict(extra="forbid")
Positive = Annotated[int, Field(gt=0)]
Fraction = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, config=STRICT)
class ContextConfig:
    """Further texts that belong to train texts: rows of a second file of the data directory.

    A row belongs to the train text with the same key. Of the rows whose cells are as ``only``
    says, the first ``first`` are joined.
    """

    file: str
    key_column: str
    text_column: str = "text"
    only: dict[str, str] = field(default_factory=dict)  # column → value
    first: Positive = 2


@dataclass(frozen=True, config=STRICT)
class UnlabelledConfig:
    """Further texts for teachers to judge: a file beside the splits, a .txt or one with columns.

    Of the rows whose cells are as ``only`` says, each text is taken, and with ``joined`` also each
    two neighbours of one key as one text. With ``key_column`` no row of a held-out text may be
    there. Where ``label_column`` has a label, the student may learn from that, too.
    """

    file: str
    text_column: str = "text"
    key_column: str | None = None
    label_column: str | None = None
    only: dict[str, str] = field(default_factory=dict)  # column → value
    joined: bool = False
    min_words: Positive = 4


@dataclass(frozen=True, config=STRICT)
class DataConfig:
    """Which labelled texts, under which column names, and what the model card must say of them."""

    name: str
    hub_id: str | None = None
    text_column: str = "text"
    label_column: str = "label"
    labels: list[str] | None = None
    context: ContextConfig | None = None
    unlabelled: UnlabelledConfig | None = None
    license: str = "unknown"
    citation: str = ""
