from collections import Counter

from training.data.load import LabelledData, load_data
from training.data.sources import SAMPLE_DIR
from training.run.config import config_path, load_config


def load_sample() -> LabelledData:
    return load_data(load_config(config_path("minilm")).data, SAMPLE_DIR)


def test_each_emotion_has_at_least_twenty_texts_and_some_in_each_split() -> None:
    data = load_sample()
    total = Counter(label for split in data.splits.values() for label in split["label"])
    assert len(data.labels) == 32
    assert min(total.values()) >= 20 and sum(total.values()) >= 640
    for split in data.splits.values():
        assert set(split["label"]) == set(range(32))


def test_no_text_stands_twice_and_nothing_had_to_be_cleaned() -> None:
    data = load_sample()
    texts = [text.casefold() for split in data.splits.values() for text in split["text"]]
    assert len(set(texts)) == len(texts)
    dropped = data.provenance.dropped
    assert not any(count for counts in dropped.values() for count in counts.values())


def test_texts_are_varied() -> None:
    texts = [text for split in load_sample().splits.values() for text in split["text"]]
    lengths = sorted(len(text.split()) for text in texts)
    assert lengths[0] <= 6 and lengths[-1] >= 45
    openings = Counter(tuple(text.lower().split()[:3]) for text in texts)
    assert openings.most_common(1)[0][1] <= 0.02 * len(texts)
