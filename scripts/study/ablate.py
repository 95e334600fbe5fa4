"""Measure on validation what each change of a recipe buys: every rung of a ladder, its seeds.

    python scripts/study/ablate.py --data DIR
    python scripts/study/ablate.py --only mean --data DIR
    python scripts/study/ablate.py --show

Each training is on record as soon as it is done, and is not done again. A record holds trainings of
one base, one data set and one code; that of another run than the committed one is written into the
run's folder. Ends with table and plot.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from training.ladder import CONFIG, LADDER, PLOT, RECORD
from training.run.artifact import ARTIFACTS_DIR
from training.run.cli import add_data_argument, make_parser, reports_errors
from training.run.config import OFFLINE, config_path, load_config, with_base
from training.run.errors import InputError

WORK = ARTIFACTS_DIR / ".ladder"  # checkpoints, and teachers that the rungs share


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    args = _arguments(argv)
    path = config_path(args.config)
    config = with_base(load_config(path), args.base)
    from training.data.load import load_data
    from training.ladder.climb import climb_all, load_ladder
    from training.ladder.plot import table, write_plot
    from training.ladder.record import load_record, record_of

    rungs = load_ladder(args.ladder)
    place = args.record or record_of(path, config.run, args.ladder, args.base)
    if not args.show:
        data = load_data(config.data, args.data)
        print(data.provenance.summary())
        climb_all(rungs, config, path, data, place, args.work, only=args.only)
    elif not place.is_file():
        raise InputError(f"{place}: no such record; leave --show out to train what belongs in it")
    record = load_record(place)
    print(table(record, rungs))
    picture = args.plot or (PLOT if place == RECORD else place.with_suffix(".svg"))
    print(write_plot(record, rungs, picture))
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = make_parser(__doc__)
    parser.add_argument("--ladder", type=Path, default=LADDER, help="rungs (default: %(default)s)")
    parser.add_argument("--config", default=CONFIG, help="base and data (default: %(default)s)")
    parser.add_argument("--only", metavar="RUNG", help="train this rung alone")
    parser.add_argument("--show", action="store_true", help="train nothing: what is on record")
    parser.add_argument(
        "--record",
        type=Path,
        help=f"what was measured (default: {RECORD}, of another run ladder.json in its folder)",
    )
    parser.add_argument("--plot", type=Path, help="the picture (default: by the record)")
    parser.add_argument("--work", type=Path, default=WORK, help="checkpoints (there: %(default)s)")
    parser.add_argument("--base", help=f"another base than the config's, or '{OFFLINE}'")
    add_data_argument(parser)
    return parser.parse_args(argv)


if __name__ == "__main__":
    raise SystemExit(main())
