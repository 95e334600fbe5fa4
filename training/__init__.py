"""From labelled text to a fine-tuned, evaluated run in ``artifacts/<run>``.

Packages in the order in which data flows: run, data, bases, measure, fit, then the studies. Nothing
here knows of ONNX, int8 or the web: that is ``export``.
"""
