"""Fine-tuning and evaluation of small text classifiers."""
