"""The folder on its way to the hub."""

from pathlib import Path

from huggingface_hub import HfApi
from huggingface_hub.errors import HFValidationError
from huggingface_hub.utils import validate_repo_id
from requests.exceptions import RequestException

from training.run.errors import InputError, one_line

_REMEDIES = {
    401: "log in with `hf auth login`, or set HF_TOKEN",
    403: "log in as somebody who may write there, with a token that allows it",
}


def require_repository_name(repository: str) -> None:
    """Make sure, before anything is measured, that a repository can have that name.

    Raises:
        InputError: it cannot.
    """
    try:
        validate_repo_id(repository)
    except HFValidationError as error:
        raise InputError(
            f"--push '{repository}': {one_line(error, 160)}; give it as NAMESPACE/NAME"
        ) from error


def push_folder(folder: Path, repository: str, message: str) -> str:
    """Upload a folder in one commit and return its address.

    A repository that is not there is made, and is private until its owner opens it.

    Raises:
        InputError: the hub refuses, cannot be reached, or breaks off; it has the old commit then.
    """
    api = HfApi()
    try:
        made = api.create_repo(repository, private=True, exist_ok=True)
        api.upload_folder(repo_id=made.repo_id, folder_path=folder, commit_message=message)
    # A file that cannot be uploaded is a RuntimeError, metadata that the hub refuses a ValueError.
    except (RequestException, OSError, RuntimeError, ValueError) as error:
        raise InputError(f"--push '{repository}': {_reason(error)}") from error
    return str(made)


def _reason(error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        status = getattr(getattr(cause, "response", None), "status_code", None)
        if status is not None:
            remedy = _REMEDIES.get(status, "try again later")
            return f"the hub answers with status {status}; {remedy}"
        cause = cause.__cause__
    return f"the upload failed ({one_line(error, 160)}); try again"
