"""A study: recipes for int8 on validation, and which node of the graph bears rounding least.

Writes ``export/records/quantization.json``; the recipe that ships stands in a run's config.
"""
