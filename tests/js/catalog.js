// @ts-check
/** A small catalogue for tests, in the shape that the server answers. */

/** @typedef {import("../../static/js/types.js").Argument} Argument */
/** @typedef {import("../../static/js/types.js").Catalog} Catalog */
/** @typedef {import("../../static/js/draft.js").Draft} Draft */

/**
 * @param {string} name
 * @param {Argument["type"]} type
 * @param {Partial<Argument>} [rest]
 * @returns {Argument}
 */
export const argument = (name, type, rest = {}) => ({
  name,
  type,
  title: name,
  help: `${name}.`,
  default: null,
  suggested: null,
  min: null,
  max: null,
  choices: null,
  required: false,
  nullable: false,
  advanced: false,
  ...rest,
});

const units = argument("units", "integer", {
  min: 1,
  max: 8192,
  required: true,
  suggested: 500,
});
const activation = argument("activation", "choice", {
  default: "linear",
  suggested: "relu",
  choices: ["linear", "relu"],
});
const kernel = argument("kernel_size", "pair", { min: 1, max: 28, required: true, suggested: 3 });
const patience = argument("patience", "integer", { min: 0, default: 3 });
const rate = argument("learning_rate", "number", { min: 0, exclusive_min: true, default: 0.001 });

/** @returns {Draft} */
export const lecture = () => ({
  name: "Lecture network",
  dataset: { name: "mnist-5k", train_samples: null },
  layers: [
    { type: "Flatten" },
    { type: "Dense", units: 500, activation: "relu" },
    { type: "Dense", units: 10, activation: "softmax" },
  ],
  compile: {
    loss: "categorical_crossentropy",
    optimizer: { name: "adam", learning_rate: 0.001 },
    metrics: ["accuracy"],
  },
  fit: { batch_size: 100, epochs: 20, validation_split: 0.1, early_stopping: null },
  seed: 1,
});

/** @returns {Catalog} */
export const catalog = () => ({
  datasets: [
    {
      name: "mnist-5k",
      title: "5k",
      help: "",
      train: 4000,
      test: 1000,
      available: true,
      downloadable: false,
      bytes: null,
      reason: null,
    },
  ],
  layers: [
    { type: "Flatten", title: "Flatten", help: "", learns: false, arguments: [] },
    { type: "Dense", title: "Dense", help: "", learns: true, arguments: [activation, units] },
    { type: "Conv2D", title: "Conv2D", help: "", learns: true, arguments: [kernel, activation] },
  ],
  activations: [],
  losses: [
    {
      name: "categorical_crossentropy",
      help: "",
      arguments: [argument("label_smoothing", "number", { min: 0, max: 1, default: 0 })],
    },
  ],
  optimizers: [
    { name: "Adam", help: "", arguments: [rate] },
    { name: "SGD", help: "", arguments: [rate] },
  ],
  initializers: [],
  regularizers: [],
  fields: {
    name: argument("name", "text", { min: 1, max: 80, required: true }),
    seed: argument("seed", "integer", { nullable: true, min: 0 }),
    dataset: [argument("train_samples", "integer", { nullable: true, min: 1 })],
    compile: [],
    fit: [
      argument("batch_size", "integer", { min: 1, max: 60000, default: 100 }),
      argument("early_stopping", "object", { nullable: true, arguments: [patience] }),
    ],
  },
  presets: [
    { name: "lecture", title: "Lecture", help: "", config: /** @type {any} */ (lecture()) },
  ],
  formats: [],
  defaults: /** @type {any} */ (lecture()),
});
