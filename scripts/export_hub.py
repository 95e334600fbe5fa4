"""Write a run as a folder that transformers, optimum and transformers.js open unchanged.

    python scripts/export_hub.py --run minilm_v3 --out minilm_v3 --language en
    python scripts/export_hub.py --run minilm_v3 --push NAMESPACE/minilm_v3 --language en

Weights, onnx/model.onnx, onnx/model_quantized.onnx, tokenizer, settings and a model card in the
layout of the Hugging Face hub. What is stale is exported first; nothing is written unless int8 is
as good as the gate in run.yaml demands (exit code 1).
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from training.run.artifact import find_artifact
from training.run.cli import make_run_parser, reports_errors
from training.run.errors import InputError


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_run_parser(__doc__)
    parser.add_argument("--out", type=Path, metavar="DIR", help="the folder to write")
    parser.add_argument(
        "--push",
        metavar="REPO",
        help="upload it to this repository of the hub; made, and private, if it is not there",
    )
    parser.add_argument(
        "--language", metavar="CODE", help="of the texts, such as en, for the card's metadata"
    )
    args = parser.parse_args(argv)
    if args.out is None and args.push is None:
        raise InputError("nothing to do: give --out DIR, --push REPO, or both")
    artifact = find_artifact(args.run)
    from export.hub.card import require_card
    from export.hub.folder import require_free, write_folder
    from export.hub.push import push_folder, require_repository_name
    from export.pipeline import StaleStages
    from export.quality.parity import require_passed

    # Before anything takes long.
    require_card(artifact)
    if args.out is not None:
        require_free(args.out)
    if args.push is not None:
        require_repository_name(args.push)
    require_passed(StaleStages(artifact, args.data).parity(), artifact)
    with tempfile.TemporaryDirectory(prefix="hub-") as temporary:
        out = args.out or Path(temporary) / artifact.name
        agreement = write_folder(artifact, out, args.push, args.language)["agreement"]
        for name in (artifact.onnx.name, artifact.onnx_quantized.name):
            alone, batches = (agreement[name][way]["agreement"] for way in ("alone", "in_batches"))
            print(f"{name}: {alone:.1%} of labels as PyTorch, {batches:.1%} in padded batches")
        if args.out is not None:
            print(f"written to {args.out}")
        if args.push is not None:
            address = push_folder(out, args.push, f"{artifact.name}, exported")
            print(f"pushed to {address}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
