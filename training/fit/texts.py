"""Whether the data brings what the teachers of a config are to read."""

from pathlib import Path

from training.data.load import LabelledData
from training.run.config import RunConfig
from training.run.errors import InputError


def require_texts_for_teachers(config: RunConfig, config_file: Path, data: LabelledData) -> None:
    """Without a file that it names a config would be another recipe than the record says.

    Raises:
        InputError: contexts or unlabelled texts are missing; or there are such texts, and nobody to
            judge them.
    """
    if config.train.teacher is None:
        if config.data.unlabelled:
            raise InputError(
                f"{config_file.name}: data.unlabelled is for teachers to judge; add train.teacher, "
                "or remove data.unlabelled from the config"
            )
        return
    context, unlabelled = data.provenance.context, data.provenance.unlabelled
    if config.data.context and not (context and context["texts"]):
        problem = "holds nothing on its train texts" if context else "is not there"
        raise _missing("read data.context", config.data.context.file, problem, config_file, data)
    if config.data.unlabelled and not unlabelled:
        name = config.data.unlabelled.file
        raise _missing("judge data.unlabelled", name, "is not there", config_file, data)


def _missing(
    what: str, name: str, problem: str, config_file: Path, data: LabelledData
) -> InputError:
    return InputError(
        f"{config_file.name}: the teachers {what}.file '{name}', which {problem} in the data "
        f"({data.provenance.source} '{data.provenance.id}'); give --data with a folder that has "
        f"it, or remove {what.split()[1]} from the config"
    )
