"""Terms: the images and what is done to them before the network gets them."""

from __future__ import annotations

from webapp.glossary.term import ERRORS, KERAS_LECTURE, Term
from webapp.schemas.marks import N_

TERMS = (
    Term(
        name="training-set",
        title=N_("Training set"),
        says=N_(
            "The images that the network learns from: each update changes the weights to "
            "lower the loss on some of them."
        ),
        shows=N_("3,600 of 5,000 images"),
        keras="api/datasets/mnist/",
        lecture=KERAS_LECTURE,
        lessons=(1,),
    ),
    Term(
        name="validation-set",
        title=N_("Validation set"),
        says=N_(
            "Images held out of the training set: after each epoch they show how the network does"
            " on images that it has not learned from."
        ),
        shows=N_("10% of the 4,000 training images: 400"),
        keras="api/models/model_training_apis/",
        lecture=ERRORS,
    ),
    Term(
        name="test-set",
        title=N_("Test set"),
        says=N_(
            "Images used only at the end: neither the weights nor your choices depend on them."
        ),
        shows=N_("1,000 of 5,000 images"),
        keras="api/datasets/mnist/",
        lecture=KERAS_LECTURE,
        lessons=(1,),
    ),
    Term(
        name="label",
        title=N_("Label"),
        says=N_(
            "The correct digit of an image; written as ten numbers with a single 1 it is "
            "called one-hot."
        ),
        shows=N_("The label 7 as one-hot numbers"),
        keras="api/utils/python_utils/",
        lecture=KERAS_LECTURE,
    ),
    Term(
        name="scaling",
        title=N_("Scaling (normalisation)"),
        says=N_(
            "The pixels are divided by 255, so that the network gets numbers from 0 to 1 instead"
            " of 0 to 255."
        ),
        shows=N_("204 ÷ 255 = 0.8"),
        keras="api/layers/preprocessing_layers/image_preprocessing/rescaling/",
        lecture=KERAS_LECTURE,
        lessons=(9,),
    ),
    Term(
        name="augmentation",
        title=N_("Data augmentation"),
        says=N_(
            "In every epoch each training image is rotated, shifted or zoomed a little at random,"
            " so that the network never sees the same image twice."
        ),
        shows=N_("One image, rotated three times"),
        keras="api/layers/preprocessing_layers/image_augmentation/",
    ),
)
