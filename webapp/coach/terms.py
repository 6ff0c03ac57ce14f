"""Which term of the glossary explains a finding, by the finding's id."""

from __future__ import annotations

TERMS = {
    "pixels": "scaling",
    "diverged": "divergence",
    "saturated": "dead-neuron",
    "vanishing": "vanishing-gradient",
    "squared": "mean-squared-error",
    "batch_large": "batch",
    "collapse": "learning-rate",
    "rate_high": "learning-rate",
    "rate_low": "learning-rate",
    "dead": "dead-neuron",
    "unlike": "robustness",
    "overfitting": "overfitting",
    "early_stop": "early-stopping",
    "batch_small": "batch",
    "few_epochs": "epoch",
    "one_answer": "confusion-matrix",
    "not_falling": "loss",
}
