// @ts-check
/** The whole configuration of a run in words, as the form names its parts. */
import { untilAnswered } from "../again.js";
import { get } from "../api.js";
import { chosen, kindOf } from "../build/arguments.js";
import { same } from "../build/compare.js";
import { el } from "../dom.js";
import { _, number } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { figure } from "../runline.js";

/** @typedef {import("../types.js").Argument} Argument */
/** @typedef {import("../types.js").Catalog} Catalog */
/** @typedef {import("../types.js").RunConfig} RunConfig */
/** @typedef {{title: string, rows: [string, string][]}} Section label and value of each row */

/** Numbers that people do not group. */
const PLAIN = new Set(["seed"]);

/**
 * @param {Catalog} catalog
 * @param {RunConfig} config
 * @returns {Section[]}
 */
export function sectionsOf(catalog, config) {
  const { losses, optimizers, fields } = catalog;
  const { loss, optimizer } = config.compile;
  const [ofLoss, ofOptimizer] = [chosen(losses, loss), chosen(optimizers, optimizer)];
  const [lossTitle, optimizerTitle] = ["loss", "optimizer"].map(
    (name) => fields.compile.find((one) => one.name === name)?.title ?? name,
  );
  return [
    { title: _("Build"), rows: config.layers.map((layer) => layerRow(catalog, layer)) },
    {
      title: _("Compile"),
      rows: [
        [lossTitle, ofLoss?.name ?? String(loss)],
        ...rowsOf(ofLoss?.arguments ?? [], typeof loss === "string" ? {} : loss),
        [optimizerTitle, optimizer.name],
        ...rowsOf(ofOptimizer?.arguments ?? [], optimizer),
      ],
    },
    {
      title: _("Fit"),
      rows: [
        ...rowsOf(fields.dataset, { ...config.dataset, name: titleOf(catalog, config) }),
        ...rowsOf(fields.fit, config.fit),
        ...rowsOf([fields.seed], { seed: config.seed }),
      ],
    },
  ];
}

/** @param {Catalog} catalog @param {RunConfig} config */
const titleOf = ({ datasets }, { dataset }) =>
  datasets.find(({ name }) => name === dataset.name)?.title ?? dataset.name;

/**
 * A layer in one row: what must be chosen, and what is not Keras' default.
 * @param {Catalog} catalog
 * @param {import("../draft.js").Layer} layer
 * @returns {[string, string]}
 */
function layerRow(catalog, layer) {
  const shown = (kindOf(catalog, layer.type)?.arguments ?? []).filter(
    (one) => one.required || !same(layer[one.name], one.default),
  );
  const words = shown.map((one) => `${one.title} ${valueWords(layer[one.name], one)}`);
  return [layer.type, words.join(" · ")];
}

/**
 * @param {Argument[]} all
 * @param {Record<string, any>} values
 * @returns {[string, string][]}
 */
function rowsOf(all, values) {
  return all
    .filter(({ name }) => values[name] !== undefined)
    .map((one) => [one.title, valueWords(values[one.name], one)]);
}

/** @param {any} value @param {Argument} argument @returns {string} */
function valueWords(value, { name, arguments: inner }) {
  if (value === null || value === undefined)
    return name === "train_samples" ? _("all of them") : _("none");
  if (typeof value === "boolean") return value ? _("yes") : _("no");
  if (typeof value === "number") return PLAIN.has(name) ? String(value) : numberWords(value);
  if (Array.isArray(value)) return value.join("×");
  if (typeof value === "object")
    return Object.entries(value)
      .map(([key, one]) => {
        if (key === "name") return String(one);
        const argument = inner?.find((each) => each.name === key);
        const title = argument?.title ?? key;
        return `${title} ${valueWords(one, argument ?? /** @type {any} */ ({ name: key }))}`;
      })
      .join(" · ");
  return String(value);
}

/** @param {number} value */
const numberWords = (value) => (Number.isInteger(value) ? number(value) : figure(value));

/**
 * @param {HTMLElement} place
 * @returns {import("../render.js").View<RunConfig>}
 */
export function createWhole(place) {
  const lifetime = createLifetime();
  const { signal } = lifetime;
  let drawn = "";
  /** @type {Promise<Catalog>|null} */
  let catalog = null;

  /** @param {RunConfig} config */
  async function show(config) {
    catalog ??= untilAnswered(() => get("/api/catalog"), { signal });
    const sections = sectionsOf(await catalog, config);
    if (signal.aborted) return;
    place.replaceChildren(
      ...sections.map(({ title, rows }) =>
        el("section", {}, el("h2", {}, title), el("dl", {}, rows.flatMap(row))),
      ),
      el("p", { class: "hint" }, _("Arguments not listed here have Keras' default values.")),
    );
  }

  /** @param {[string, string]} row */
  const row = ([label, value]) => [el("dt", {}, label), el("dd", {}, value)];

  return {
    draw(config) {
      const version = JSON.stringify(config);
      if (version === drawn) return;
      drawn = version;
      show(config).catch((error) => {
        if (signal.aborted) return;
        [drawn, catalog] = ["", null];
        place.replaceChildren(el("p", { class: "fault" }, error.message));
      });
    },
    dispose: lifetime.dispose,
  };
}
