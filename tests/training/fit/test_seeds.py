from collections.abc import Callable

import numpy as np
import pytest

from training.fit.seeds import Role, Seeds

WHO = [Seeds(seed, role, number) for seed in range(5) for role in Role for number in range(5)]


def test_no_two_models_and_epochs_of_any_seeds_share_an_order() -> None:
    orders = {tuple(seeds.order(epoch).permutation(100)) for seeds in WHO for epoch in range(5)}
    assert len(orders) == 5 * len(WHO)


def test_each_model_has_its_own_retelling_which_is_no_order() -> None:
    streams = [seeds.retelling() for seeds in WHO]
    streams += [seeds.order(epoch) for seeds in WHO for epoch in range(3)]
    assert len({stream.random() for stream in streams}) == 4 * len(WHO)


@pytest.mark.parametrize("draw", [Seeds.retelling, lambda seeds: seeds.order(2)])
def test_the_same_is_drawn_again(draw: Callable[[Seeds], np.random.Generator]) -> None:
    seeds = Seeds(42, Role.TEACHER, 1)
    assert draw(seeds).random() == draw(Seeds(42, Role.TEACHER, 1)).random()


def test_libraries_get_the_seed_of_the_recipe_for_the_first_student_alone() -> None:
    numbers = [seeds.for_libraries() for seeds in WHO]
    assert len(set(numbers)) == len(WHO)
    assert all(0 <= number < 2**32 for number in numbers)
    assert [Seeds(seed).for_libraries() for seed in (0, 42)] == [0, 42]


def test_a_seed_of_more_than_32_bits_meets_no_other() -> None:
    high, low = Seeds(2**32 + 5), Seeds(5, Role(1))
    assert high.order(0).random() != low.order(0).random()
