"""Pictures of the page: every state can be reached, and looks unlike the one before."""

from pathlib import Path

import pytest

from export.browser import screens


@pytest.mark.slow
def test_every_state_has_a_picture_of_its_own(
    built_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screens, "LOOKS", {"phone-dark": screens.LOOKS["phone-dark"]})
    taken = list(screens.take_screens(built_site, tmp_path))
    assert [path.name for path in taken] == [f"{state}-phone-dark.png" for state in screens.STATES]
    assert len({path.read_bytes() for path in taken}) == len(screens.STATES)
