"""The heat map shows every cell that is not empty, in the shade of its share."""

import re

from export.site.card.heat import STEPS, heat_map, legend, step_of

LABELS = ["warm", "hot", "cold"]
MATRIX = [[8, 2, 0], [1, 9, 0], [0, 1, 99]]


def test_a_share_has_the_shade_of_the_highest_step_that_it_reaches() -> None:
    assert step_of(0.001) == 0
    assert [step_of(bound) for bound in STEPS] == [1, 2, 3, 4, 5, 6, 7]
    assert step_of(STEPS[0] - 1e-9) == 0 and step_of(1.0) == len(STEPS)


def test_each_cell_says_what_was_taken_for_what_and_empty_ones_are_not_there() -> None:
    svg = heat_map(LABELS, MATRIX, [], "in words")
    titles = re.findall(r'class="shade-(\d)"><title>([^<]+)<', svg)
    assert sorted(titles) == sorted(
        [
            ("7", "warm → warm: 8 of 10"),
            ("4", "warm → hot: 2 of 10"),
            ("3", "hot → warm: 1 of 10"),
            ("7", "hot → hot: 9 of 10"),
            ("0", "cold → hot: 1 of 100"),
            ("7", "cold → cold: 99 of 100"),
        ]
    )
    assert re.findall(r">(\d+)</text>", svg) == ["80", "20", "10", "90", "99"]
    assert 'aria-label="in words"' in svg


def test_labels_of_a_group_stand_side_by_side_in_a_frame() -> None:
    svg = heat_map(LABELS, MATRIX, [["warm", "cold"], ["hot"]], "")
    names = re.findall(r'text-anchor="end"[^>]*>(\w+)<', svg)
    assert names == ["warm", "cold", "hot"]
    (frame,) = re.findall(r'<rect [^>]*width="([\d.]+)"[^>]*class="frame"', svg)
    assert float(frame) == 44


def test_many_labels_are_named_on_both_sides() -> None:
    def named(count: int) -> int:
        labels = [f"label {i}" for i in range(count)]
        return heat_map(labels, [[0] * count] * count, [], "").count(">label 7<")

    assert named(32) == 2 and named(77) == 4


def test_a_class_without_texts_has_an_empty_row() -> None:
    assert heat_map(["a", "b"], [[0, 0], [0, 3]], [], "").count("<title>") == 1


def test_names_of_classes_cannot_become_markup_and_long_ones_are_cut() -> None:
    svg = heat_map(["<b>&", "x" * 90], [[1, 1], [0, 1]], [], "")
    assert "<b>" not in svg and "&lt;b&gt;&amp;" in svg
    assert f"{'x' * 29}…</text>" in svg
    assert f"<title>{'x' * 90} → {'x' * 90}: 1 of 1</title>" in svg  # whole where it is asked for


def test_the_legend_names_every_shade() -> None:
    words = [word for word, _ in legend()]
    assert words[0] == "under 2%" and words[-1] == "70%–100%"
    shades = [re.search(r"shade-(\d)", shade)[1] for _, shade in legend()]
    assert shades == [str(step) for step in range(len(STEPS) + 1)]
