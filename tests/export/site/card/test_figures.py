"""Pictures put their marks where the numbers say."""

import re

import pytest

from export.site.card.figures import difference_plot, reliability, score_plot, share_bar

ROW = {"kind": "this", "interval": None}


def places(svg: str, mark: str) -> list[float]:
    return [float(place) for place in re.findall(rf'<{mark} c?x="([-\d.]+)"', svg)]


def test_a_bar_is_as_long_as_its_share() -> None:
    widths = re.findall(r'width="([\d.]+)" height="8"', share_bar(0.25))
    assert widths == ["60", "15"]
    assert 'aria-hidden="true"' in share_bar(0)  # the cell beside it says the number


def test_scores_lie_on_one_axis_that_begins_at_nothing() -> None:
    rows = [
        ROW | {"name": "none", "score": 0.0},
        ROW | {"name": "half", "score": 0.4},
        ROW | {"name": "all", "score": 0.8, "interval": [0.7, 0.9]},
    ]
    svg = score_plot(rows, "words")
    none, half, whole = places(svg, "circle")
    assert half - none == pytest.approx(whole - half, abs=0.02)
    low, high = map(
        float,
        re.search(r'x1="([\d.]+)" y1="[\d.]+" x2="([\d.]+)"[^>]*class="interval"', svg).groups(),
    )
    assert whole - low == pytest.approx(high - whole, abs=0.02)
    zero = float(re.search(r'<line x1="([\d.]+)"', svg)[1])
    assert zero == none


def test_differences_lie_around_nothing_with_the_limit_on_the_side_of_losses() -> None:
    rows = [
        ROW | {"name": "better", "score": 0.002, "interval": [-0.001, 0.005]},
        ROW | {"name": "equal", "score": 0.0},
    ]
    svg = difference_plot(rows, 0.005, "words")
    better, equal = places(svg, "circle")
    limit, zero = (
        float(re.search(rf'<line x1="([\d.]+)"[^>]*class="{kind}"', svg)[1])
        for kind in ("limit", "zero")
    )
    assert limit < zero == equal < better
    assert (better - zero) / (zero - limit) == pytest.approx(0.4, abs=0.01)
    assert "−0.005" in svg


def test_a_perfect_answer_lies_on_the_diagonal_and_the_fullest_bin_is_the_tallest() -> None:
    bins = [
        {"texts": 10, "confidence": 0.25, "accuracy": 0.25},
        {"texts": 40, "confidence": 0.75, "accuracy": 0.5},
    ]
    svg = reliability(bins, 0.6, "words")
    points = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)
    (x1, y1), (_, y2) = ((float(x), float(y)) for x, y in points)
    diagonal = re.search(
        r'<line x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)" class="honest"', svg
    )
    left, low, right, high = map(float, diagonal.groups())
    assert (x1 - left) / (right - left) == pytest.approx((low - y1) / (low - high)) == 0.25
    assert (low - y2) / (low - high) == pytest.approx(0.5)
    heights = re.findall(r'width="14" height="([\d.]+)"', svg)
    assert float(heights[1]) == 4 * float(heights[0])
    assert svg.count('class="limit"') == 1
    assert 'class="limit"' not in reliability(bins, None, "words")
