"""How a model behaves off the beaten track: changed texts, unusual ones, and pairs by hand."""
