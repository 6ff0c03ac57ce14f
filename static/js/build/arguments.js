// @ts-check
/** Every control of the form, as (path, argument) pairs made from the catalogue and the draft. */
import { faultOf } from "./values.js";
import { valueAt } from "./paths.js";

/** @typedef {import("../types.js").Argument} Argument */
/** @typedef {import("../types.js").Catalog} Catalog */
/** @typedef {import("../types.js").FieldProblem} FieldProblem */
/** @typedef {import("../draft.js").Draft} Draft */
/** @typedef {{path: string, argument: Argument}} Control */

/** Arguments written in the layer's own line, in this order. */
const INLINE = ["units", "filters", "kernel_size", "pool_size", "rate", "stddev", "factor"];
const LAST = ["height_factor", "width_factor", "activation"];

/** @param {Argument[]} all @returns {{inline: Argument[], folded: Argument[]}} */
export function splitArguments(all) {
  const order = [...INLINE, ...LAST];
  const inline = all
    .filter(({ name, type }) => order.includes(name) && type !== "object")
    .sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  return { inline, folded: all.filter((argument) => !inline.includes(argument)) };
}

/** @param {Catalog} catalog @param {string} type */
export const kindOf = (catalog, type) => catalog.layers.find((kind) => kind.type === type) ?? null;

/**
 * The chosen loss or optimizer; a loss may be a bare name. Names match in any letter case.
 * @param {import("../types.js").Choice[]} choices
 * @param {any} value
 */
export function chosen(choices, value) {
  const name = String(typeof value === "object" ? value?.name : value).toLowerCase();
  return choices.find((choice) => choice.name.toLowerCase() === name) ?? null;
}

/**
 * @param {string} prefix
 * @param {Argument[]} all
 * @returns {Control[]}
 */
export function controlsOf(prefix, all) {
  return all.map((argument) => ({ path: `${prefix}${argument.name}`, argument }));
}

/**
 * Every control there is for this draft.
 * @param {Catalog} catalog
 * @param {Draft} config
 * @returns {Control[]}
 */
export function allControls(catalog, config) {
  const { fields, losses, optimizers } = catalog;
  const ofLayers = config.layers.flatMap((layer, i) =>
    controlsOf(`layers[${i}].`, kindOf(catalog, layer.type)?.arguments ?? []),
  );
  return [
    { path: "name", argument: fields.name },
    { path: "seed", argument: fields.seed },
    ...ofLayers,
    ...controlsOf("compile.loss.", chosen(losses, config.compile.loss)?.arguments ?? []),
    ...controlsOf(
      "compile.optimizer.",
      chosen(optimizers, config.compile.optimizer)?.arguments ?? [],
    ),
    ...controlsOf("dataset.", fields.dataset),
    ...controlsOf("fit.", fields.fit),
  ].flatMap((control) => [control, ...inner(control, config)]);
}

/** The controls inside an object that is switched on. @param {Control} control @param {Draft} config */
function inner({ path, argument }, config) {
  if (argument.type !== "object" || !valueAt(config, path)) return [];
  return controlsOf(`${path}.`, argument.arguments ?? []);
}

/**
 * What is plainly wrong, without asking the server. A key left out takes its default.
 * @param {Catalog} catalog
 * @param {Draft} config
 * @returns {FieldProblem[]}
 */
export function localFaults(catalog, config) {
  return allControls(catalog, config).flatMap(({ path, argument }) => {
    const value = valueAt(config, path);
    const message = value === undefined && !argument.required ? null : faultOf(argument, value);
    return message ? [{ path, message }] : [];
  });
}

/**
 * The page's own faults and the server's: one a place, the page's first.
 * @param {FieldProblem[]} own
 * @param {FieldProblem[]} servers
 */
export function mergeFaults(own, servers) {
  const places = new Set(own.map(({ path }) => path));
  return [...own, ...servers.filter(({ path }) => !places.has(path))];
}
