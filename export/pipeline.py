"""The road from artifact to site: runs what is stale, in order."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from export.browser.classify import ask_engines
from export.browser.engines import CHROMIUM
from export.quality.cost import record_costs, require_evaluated
from export.quality.parity import (
    add_browser_result,
    check_parity,
    present_parity,
    require_measured_on,
    require_passed,
    without_browser,
)
from export.quality.robustness import measure_robustness
from export.quality.stages import ModelStages
from export.site.build import WEB_DIR, BuiltSite, build_site, render_site
from export.site.page import page_facts
from training.run.artifact import Artifact


class StaleStages(ModelStages):
    """Brings an artifact's ONNX files, its records and its site up to date.

    Data is loaded only when a stage needs it: a site whose records are fresh builds without any.
    """

    def __init__(
        self,
        artifact: Artifact,
        directory: Path | None,
        say: Callable[[str], None] = print,
        web: Path = WEB_DIR,
    ) -> None:
        super().__init__(artifact, directory, say)
        self._web = web

    def parity(self, *, again: bool = False) -> dict[str, Any]:
        """The parity record of the present files, measured now if need be or ``again``."""
        self.export()
        page = page_facts(self._web)
        record = None if again else present_parity(self.artifact, page)
        if record is not None:
            self._say(f"parity: up to date ({self.artifact.parity})")
            return record
        return check_parity(self.artifact, self.data, page=page)

    def robustness(self) -> dict[str, Any]:
        """How the present int8 file holds out against changed texts, measured now."""
        self.export()
        record = measure_robustness(self.artifact, self.data)
        if "sample" not in record:
            self._say("sample and pairs: left out, they are labelled for another task")
        return record

    def site(self, out: Path | None = None) -> BuiltSite:
        """Build the site; see ``build_site``.

        Raises:
            CheckError: int8 is outside the gate.
        """
        self._require_shippable()
        return build_site(self.artifact, self._web, out)

    def rendered(self, folder: Path) -> BuiltSite:
        """Fill an empty folder with the complete site; nothing is published.

        Raises:
            CheckError: int8 is outside the gate.
        """
        return render_site(self.artifact, self._require_shippable(), self._web, folder)

    def _require_shippable(self) -> dict[str, Any]:
        """The parity record, which passed; the calibration is fresh, too."""
        parity = self.parity()
        require_passed(parity, self.artifact)
        self.calibration()
        return parity

    def parity_in_browser(self, others: Iterable[str] = ()) -> dict[str, Any]:
        """The parity record with what real browsers answer through the page, measured now.

        The page that is asked lies in a temporary folder; it is published, with the browser's
        figures, only when these pass as well.

        Args:
            others: engines to ask besides Chromium.

        Raises:
            InputError: an engine is not installed.
            CheckError: int8 is outside the gate before a browser is asked.
        """
        # What a browser found earlier must not keep it from being asked again.
        native = without_browser(self.parity(), self.config.parity)
        require_passed(native, self.artifact)
        require_measured_on(native, self.artifact, self.data)
        self.calibration()
        page = page_facts(self._web)
        with tempfile.TemporaryDirectory(prefix="site-") as folder:
            render_site(self.artifact, native, self._web, Path(folder))
            texts = self.data.splits[native["split"]]["text"]
            asked = ask_engines(Path(folder), texts, dict.fromkeys([CHROMIUM, *others]))
        record = add_browser_result(self.artifact, self.data, asked, page)
        if record["passed"]:
            build_site(self.artifact, self._web)
        return record


def measure_costs(runs: Sequence[StaleStages]) -> list[dict[str, Any]]:
    """The test records of runs with what their files cost, measured now, in turns.

    Raises:
        InputError: one of them was not evaluated yet.
    """
    for stages in runs:
        require_evaluated(stages.artifact)
    for stages in runs:
        stages.export()
    return record_costs({s.artifact: list(s.data.splits["test"]["text"]) for s in runs})
