"""Measure what int8 costs: torch, ONNX fp32 and int8 on the whole test split, one text at a time.

    python scripts/check_parity.py --run minilm_v3 --data DIR
    python scripts/check_parity.py --run minilm_v3 --data DIR --browser
    python scripts/check_parity.py --run minilm_v3 --data DIR --browser chromium firefox webkit

Writes parity.json into the run's folder. Exit code 1 when int8 is outside the gate in run.yaml,
here or in the browser.
"""

import sys
from collections.abc import Sequence

from export.browser.engines import ENGINES
from training.run.artifact import find_artifact
from training.run.cli import EXIT_BREACH, make_run_parser, reports_errors


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_run_parser(__doc__)
    parser.add_argument(
        "--browser",
        nargs="*",
        choices=ENGINES,
        metavar="ENGINE",
        help="also run the split through the page in headless Chromium, and in further engines "
        f"that are named ({', '.join(ENGINES)}); the site is written to web/ only when it passes",
    )
    args = parser.parse_args(argv)
    artifact = find_artifact(args.run)
    from export.pipeline import StaleStages
    from export.quality.parity import table

    stages = StaleStages(artifact, args.data)
    record = (
        stages.parity(again=True)
        if args.browser is None
        else stages.parity_in_browser(args.browser)
    )
    print(table(record))
    for breach in record["breaches"]:
        print(f"breach: {breach}", file=sys.stderr)
    return 0 if record["passed"] else EXIT_BREACH


if __name__ == "__main__":
    raise SystemExit(main())
