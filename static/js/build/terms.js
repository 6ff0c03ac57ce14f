// @ts-check
/** Which entry of the glossary explains a control of the form: by its path's end, or by its value. */
import { entryOf as entry } from "../termlink.js";

/** @type {Record<string, string>} */
const OF_ARGUMENTS = {
  units: "neuron",
  use_bias: "parameter",
  kernel_initializer: "parameter",
  bias_initializer: "parameter",
  kernel_regularizer: "overfitting",
  bias_regularizer: "overfitting",
  activity_regularizer: "overfitting",
  filters: "convolution",
  kernel_size: "convolution",
  pool_size: "pooling",
  activation: "activation",
  rate: "dropout",
  name: "training-set",
  train_samples: "training-set",
  scale: "scaling",
  test_noise: "robustness",
  loss: "loss",
  optimizer: "optimizer",
  learning_rate: "learning-rate",
  batch_size: "batch",
  epochs: "epoch",
  validation_split: "validation-set",
  early_stopping: "early-stopping",
  terminate_on_nan: "divergence",
  seed: "seed",
};

/** @type {Record<string, string>} */
const OF_VALUES = {
  relu: "relu",
  sigmoid: "sigmoid",
  softmax: "softmax",
  categorical_crossentropy: "cross-entropy",
  mean_squared_error: "mean-squared-error",
};

/** @type {Record<string, string>} */
const OF_LAYERS = {
  Flatten: "layer",
  Dense: "layer",
  Activation: "activation",
  Conv2D: "convolution",
  MaxPooling2D: "pooling",
  AveragePooling2D: "pooling",
  GlobalAveragePooling2D: "pooling",
  BatchNormalization: "batch-normalization",
  Dropout: "dropout",
  RandomRotation: "augmentation",
  RandomTranslation: "augmentation",
  RandomZoom: "augmentation",
};

/** @param {string|undefined} name */
const addressOf = (name) => (name ? entry(name) : "");

/**
 * The address of the entry for a control; "" where no term explains it.
 * @param {string} path
 * @param {any} value
 */
export function entryOf(path, value) {
  if (path === "name") return ""; // of the run, not of the dataset
  const chosen = OF_VALUES[String(value?.name ?? value)];
  return addressOf(chosen ?? OF_ARGUMENTS[path.split(".").at(-1) ?? ""]);
}

/** The address of the entry for a kind of layer. @param {string} type */
export const entryOfLayer = (type) => addressOf(OF_LAYERS[type]);
