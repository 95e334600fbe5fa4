"""Who is measured: the shipped page, and a peer with the same model files."""

from dataclasses import dataclass

PEER = "@huggingface/transformers"
# What the peer needs in Node.js alone, some hundred megabytes, package.json replaces with nothing.
PEER_PACKAGES = (PEER, "onnxruntime-web")
SEED = 0  # of the sample and of the order in turns
SLOW_LINE = 50  # Mbit/s
STAY = 12.0  # seconds that a visitor stays after the first answer, before he comes again
OURS = "ours_int8"  # what the ratios are taken against


@dataclass(frozen=True)
class Contender:
    """A page that classifies, and how it is used.

    ``site`` is served for it alone; ``page`` is asked for answers. Where ``visit`` names a page,
    first and second visits are measured there: that of a visitor, not one made for this.
    ``batch`` is the number of texts at a time when many are classified.
    """

    name: str
    site: str
    page: str
    visit: str | None = None
    batch: int = 1


_PEER_INT8 = "peer.html?dtype=q8&build=.asyncify"
_PEER_INT8_PLAIN = "peer.html?dtype=q8"
_PEER_FP32 = "peer.html?dtype=fp32&build=.asyncify"

# An int8 graph is never padded, so only fp32 goes in batches. The peer's own choice is the build
# called asyncify, which also serves WebGPU; the plain one is the smallest that it can be told to
# take.
CONTENDERS = {
    OURS: Contender("this page, int8", "ours", "bench/ours.html", visit=""),
    "ours_int8_isolated": Contender("this page, int8, isolated", "isolated", "bench/ours.html"),
    "ours_fp32": Contender("this page, fp32", "ours", "bench/ours.html?bundle=model/fp32.json"),
    "peer_int8": Contender("peer, int8", "peer", _PEER_INT8, visit=_PEER_INT8),
    "peer_int8_plain": Contender(
        "peer, int8, plain wasm", "peer", _PEER_INT8_PLAIN, visit=_PEER_INT8_PLAIN
    ),
    "peer_fp32": Contender("peer, fp32", "peer", _PEER_FP32, visit=_PEER_FP32, batch=16),
}
