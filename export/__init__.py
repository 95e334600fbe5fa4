"""From a fine-tuned artifact to a static web bundle: ONNX, int8, parity, rendering."""
