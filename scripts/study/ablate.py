"""Measure on validation what each change of a recipe buys: every rung of a ladder, several seeds.

    python scripts/study/ablate.py --data DIR
    python scripts/study/ablate.py --only mean --data DIR

Each training is on record as soon as it is done, and is not done again. Ends with table and plot.
"""

from collections.abc import Sequence
from pathlib import Path

from training.ladder import LADDER, RECORD
from training.run.artifact import ARTIFACTS_DIR
from training.run.cli import add_data_argument, make_parser, reports_errors
from training.run.config import OFFLINE, config_path, load_config, with_base
from training.run.files import ROOT

CONFIG = "minilm_v2"
PLOT = ROOT / ".github" / "ladder.svg"
WORK = ARTIFACTS_DIR / ".ladder"  # checkpoints, and teachers that the rungs share


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_parser(__doc__)
    parser.add_argument("--ladder", type=Path, default=LADDER, help="rungs (default: %(default)s)")
    parser.add_argument("--config", default=CONFIG, help="base and data (default: %(default)s)")
    parser.add_argument("--only", metavar="RUNG", help="train this rung alone")
    parser.add_argument(
        "--record", type=Path, default=RECORD, help="what was measured (default: %(default)s)"
    )
    parser.add_argument(
        "--plot", type=Path, default=PLOT, help="the picture (default: %(default)s)"
    )
    parser.add_argument(
        "--work", type=Path, default=WORK, help="checkpoints (default: %(default)s)"
    )
    parser.add_argument("--base", help=f"another base than the config's, or '{OFFLINE}'")
    add_data_argument(parser)
    args = parser.parse_args(argv)
    path = config_path(args.config)
    config = with_base(load_config(path), args.base)
    from training.data.load import load_data
    from training.ladder.climb import climb, load_ladder, load_record, open_tasks
    from training.ladder.plot import table, write_plot

    rungs = load_ladder(args.ladder)
    tasks = open_tasks(rungs, load_record(args.record))
    tasks = [task for task in tasks if args.only in (None, task.rung.name)]
    if tasks:
        data = load_data(config.data, args.data)
        print(data.provenance.summary())
        args.work.mkdir(parents=True, exist_ok=True)
    for done, task in enumerate(tasks, start=1):
        print(f"training {done} of {len(tasks)}: {task.rung.name}, seed {task.recipe.seed}")
        run = climb(task, config, path, data, args.record, args.work)
        print(f"{task.rung.name}: validation macro-F1 {run['validation_macro_f1']:.4f}")
    record = load_record(args.record)
    print(table(record, rungs))
    print(write_plot(record, rungs, args.plot))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
