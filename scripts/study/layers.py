"""Measure which layers of a run classify best as they are, the others left out, on validation.

    python scripts/study/layers.py --run minilm_v3 --keep 4 --data DIR

A run of fewer layers may begin with them: set base to the folder of the run and train.layers to the
best. The committed record is of the browser's run; another run's goes into its own folder.
"""

from collections.abc import Sequence

from training.ladder import LAYERS
from training.run.cli import (
    add_counts,
    add_places,
    find_study,
    make_run_parser,
    reports_errors,
    require_counts,
)
from training.run.files import write_json


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_run_parser(__doc__)
    add_counts(parser, keep=("layers that are kept", 4))
    add_places(parser, record=LAYERS)
    args = parser.parse_args(argv)
    require_counts(keep=args.keep)
    artifact, path = find_study(args, LAYERS)
    from training.data.load import load_data
    from training.ladder.layers import layers_table, measure_layers

    data = load_data(artifact.load_config().data, args.data)
    record = measure_layers(artifact, data, args.keep)
    write_json(path, record)
    print(layers_table(record))
    print(f"written: {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
