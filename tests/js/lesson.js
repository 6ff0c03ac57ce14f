// @ts-check
/** Lessons, runs and what the page knows of them, made up for tests. */

/** @typedef {import("../../static/js/types.js").Run} Run */

/** @param {string} name @param {Partial<import("../../static/js/lessons/state.js").Lesson>} [rest] */
export const lesson = (name, rest = {}) => ({
  number: Number(name),
  title: `Lesson ${name}`,
  setup: "",
  question: "",
  experiment: name,
  partner: null,
  measure: /** @type {"test"|"gain"|"slower"} */ ("test"),
  guesses: [
    { text: "low", low: 0, high: 0.2 },
    { text: "middle", low: 0.2, high: 0.8 },
    { text: "high", low: 0.8, high: 1.01 },
  ],
  moral: "",
  why: "",
  today: "",
  terms: [],
  ...rest,
});

/**
 * @param {string} name
 * @param {number|null} test
 * @param {number} [batch]
 * @param {any[]} [measured]
 */
export const experiment = (name, test, batch = 100, measured = []) => ({
  name,
  title: name,
  params: 10 * Number(name),
  lecture: { train: null, test },
  sizes: {
    small: {
      config: /** @type {any} */ ({
        name: `Lesson ${name}`,
        dataset: { name: "mnist-5k", train_samples: 4000 },
        layers: [],
        compile: {},
        fit: { batch_size: batch, epochs: 20 },
        seed: 1,
      }),
      facts: [],
      measured,
    },
  },
});

/** @param {Partial<Run>} [rest] @param {number} [seed] @returns {Run} */
export const run = (rest = {}, seed = 1) =>
  /** @type {any} */ ({
    id: `run-${seed}`,
    status: "finished",
    config: { seed },
    epoch: 20,
    epochs: 20,
    latest: { accuracy: 0.9 },
    test: { loss: 0.1, accuracy: 0.85 },
    error: null,
    queue_position: null,
    eta_seconds: null,
    wait_seconds: null,
    ...rest,
  });

/** The address of the first lesson. @type {import("../../static/js/lessons/state.js").Place} */
export const PLACE = { number: 1, projector: false, size: null, whose: null };

/** @param {Partial<import("../../static/js/lessons/state.js").State>} [rest] @returns {import("../../static/js/lessons/state.js").State} */
export const stateOf = (rest = {}) => ({
  answer: {
    sizes: [
      { name: "lecture", title: "", help: "", dataset: "mnist", available: false },
      { name: "small", title: "", help: "", dataset: "mnist-5k", available: true },
    ],
    default_size: "small",
    lessons: [lesson("1"), lesson("2", { partner: "1", measure: "gain" }), lesson("3")],
    experiments: {
      1: experiment("1", 0.1135),
      2: experiment("2", 0.2166, 1),
      3: experiment("3", 0.95),
    },
  },
  place: PLACE,
  size: "small",
  found: {},
  runs: {},
  courses: new Map(),
  answers: new Map(),
  guesses: {},
  early: new Set(),
  revealed: false,
  sending: false,
  ...rest,
});

export const measured = (/** @type {number} */ seed, /** @type {number} */ share) => ({
  seed,
  train: share,
  train_epoch: share,
  test: share,
  epoch_seconds: seed,
  answers: [0, 100, 0, 0, 0, 0, 0, 0, 0, 0],
  accuracies: [0.1, share],
});
