// @ts-check
/**
 * A run's configuration in one line: "784 → 500 → 500 → 10 · Adam 0.001 · batch 100 · 5,000 digits
 * · seed 1". The words are those of webapp/configuration/phrases.py, which names runs;
 * tests/lines.json holds both to the same cases. No DOM.
 */
import { _ } from "./i18n.js";

/** @typedef {import("./draft.js").Layer} Layer */
/** @typedef {import("./types.js").RunConfig} RunConfig */

/** Layers that make the shape of a network; the others are added to it. */
const FRAME = new Set([
  ...["Flatten", "Dense", "Conv2D"],
  ...["MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D"],
]);

/** What an added layer is known by: the first of these that it has. */
const MAIN = ["rate", "stddev", "factor", "height_factor", "activation"];

/** A longer chain is shortened in its middle. */
const MOST_WIDTHS = 6;

const USUAL_LOSS = "categorical_crossentropy";

/** Images of each dataset, for training and test. @type {Record<string, number>} */
const IMAGES = { "mnist-5k": 5000, mnist: 70_000 };

/** A number to six digits: 0.001, 1e-5, 1e30. @param {number} value */
export function figure(value) {
  const size = Math.abs(value);
  const short = Number(value.toPrecision(6));
  if (value === 0 || (size >= 0.0001 && size < 1e6)) return String(short);
  return short.toExponential().replace("e+", "e");
}

/** How wide a network is from layer to layer. @param {Layer[]} layers */
export function chain(layers) {
  const first = layers.find(({ type }) => FRAME.has(type))?.type ?? "Flatten";
  const image = first === "Flatten" || first === "Dense" ? "784" : "28×28";
  const parts = counted(layers.flatMap((layer) => widthOf(layer) ?? []));
  const shown =
    parts.length > MOST_WIDTHS ? [...parts.slice(0, 3), "…", ...parts.slice(-2)] : parts;
  return [image, ...shown].join(" → ");
}

/** @param {Layer} layer */
function widthOf({ type, units, filters }) {
  if (type === "Dense") return String(units);
  return type === "Conv2D" ? `Conv2D ${filters}` : null;
}

/** Three or more alike in a row are counted. @param {string[]} widths */
function counted(widths) {
  /** @type {[string, number][]} */
  const groups = [];
  for (const width of widths) {
    const last = groups.at(-1);
    if (last?.[0] === width) last[1] += 1;
    else groups.push([width, 1]);
  }
  return groups.flatMap(([width, n]) => (n < 3 ? Array(n).fill(width) : [`${n} × ${width}`]));
}

/** What the chain does not say: unusual activations, and what is added. @param {Layer[]} layers */
export function additions(layers) {
  const hidden = layers.filter(({ type }) => FRAME.has(type)).slice(0, -1);
  const unusual = hidden.flatMap(({ activation: name }) => (name && name !== "relu" ? [name] : []));
  const added = layers.filter(({ type }) => !FRAME.has(type)).map(brief);
  return [...new Set([...unusual, ...added])];
}

/** @param {Layer} layer "Dropout 0.5" */
function brief(layer) {
  const main = MAIN.map((key) => layer[key]).find((value) => value !== undefined && value !== null);
  if (main === undefined) return layer.type;
  return `${layer.type} ${typeof main === "number" ? figure(main) : main}`;
}

/** @param {RunConfig["dataset"]} dataset */
function digits({ name, train_samples: first }) {
  const known = IMAGES[name];
  const all = known ? _("%(n)s digits", { n: known }) : name;
  return first === null ? all : _("first %(n)s images of %(digits)s", { n: first, digits: all });
}

/** @param {RunConfig} config */
export function lineOf({ layers, compile, fit, dataset, seed }) {
  const { loss, optimizer } = compile;
  const lossName = typeof loss === "string" ? loss : loss.name;
  return [
    chain(layers),
    ...additions(layers),
    ...(lossName === USUAL_LOSS ? [] : [lossName]),
    `${optimizer.name} ${figure(optimizer.learning_rate)}`,
    _("batch %(n)s", { n: fit.batch_size }),
    digits(dataset),
    ...(seed === null ? [] : [_("seed %(seed)s", { seed: String(seed) })]),
  ].join(" · ");
}
