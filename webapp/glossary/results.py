"""Terms: how good a network is, and what it looks at."""

from __future__ import annotations

from webapp.glossary.term import CNN, ERRORS, KERAS_LECTURE, NEIGHBORS, Term
from webapp.schemas.marks import N_

TERMS = (
    Term(
        name="accuracy",
        title=N_("Accuracy"),
        says=N_("The share of images that the network classifies correctly."),
        shows=N_("956 of 1,000 images correct: 95.6%"),
        keras="api/metrics/accuracy_metrics/",
        lecture=KERAS_LECTURE,
        lessons=(1,),
    ),
    Term(
        name="overfitting",
        title=N_("Overfitting"),
        says=N_(
            "The network is much better on the training images than on new ones: it has memorised"
            " them."
        ),
        shows=N_("The training loss falls, the validation loss rises"),
        keras="getting_started/faq/",
        lecture=ERRORS,
        lessons=(12,),
    ),
    Term(
        name="confusion-matrix",
        title=N_("Confusion matrix"),
        says=N_(
            "Counts for each true digit (row) how often the network predicted each digit "
            "(column); the mistakes lie off the diagonal."
        ),
        shows=N_("50 digits correct, 4 mistakes"),
        keras="api/metrics/classification_metrics/",
    ),
    Term(
        name="precision-recall",
        title=N_("Precision and recall"),
        says=N_(
            "Precision is the share of the images predicted as 7 that are a 7; recall is the "
            "share of all 7s that are predicted as 7."
        ),
        shows=N_("8 of 10 predicted as 7 are a 7: precision 80%; 8 of 16 were found: recall 50%"),
        keras="api/metrics/classification_metrics/",
    ),
    Term(
        name="robustness",
        title=N_("Robustness"),
        says=N_(
            "How much of its accuracy a network keeps on images that are noisy, rotated, shifted"
            " or otherwise distorted."
        ),
        shows=N_("In the lecture: 96.3% without noise, 47.5% with"),
        keras="api/layers/regularization_layers/gaussian_noise/",
        lecture=KERAS_LECTURE,
        lessons=(11,),
    ),
    Term(
        name="saliency-map",
        title=N_("Saliency map"),
        says=N_("Colours each pixel by how much it counted for the prediction."),
        shows=N_("Blue: for the prediction; orange: against it"),
        keras="examples/vision/integrated_gradients/",
        lecture=CNN,
    ),
    Term(
        name="pca",
        title=N_("PCA and t-SNE"),
        says=N_(
            "Two ways to draw the outputs of a layer as one point: PCA keeps the directions "
            "of the largest variance, t-SNE keeps neighbours together."
        ),
        shows=N_("500 numbers per image become two"),
        keras="examples/vision/metric_learning/",
        lecture=NEIGHBORS,
    ),
)
