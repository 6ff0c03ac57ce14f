// @ts-check
/** What Build knows, in one plain object, and what can be done with it. No DOM here. */
import { duplicateLayer, insertLayer, moved, moveLayer, removeLayer } from "./layers.js";
import { valueAt, withValue } from "./paths.js";

/** @typedef {import("../types.js").Catalog} Catalog */
/** @typedef {import("../types.js").Checked} Checked */
/** @typedef {import("../types.js").ConfigWarning} ConfigWarning */
/** @typedef {import("../types.js").FieldProblem} FieldProblem */
/** @typedef {import("../draft.js").Layer} Layer */
/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("../draft.js").Draft} Draft */

/**
 * @typedef {object} State
 * @property {Catalog} catalog what can be chosen
 * @property {Draft} config the draft; a text stands where something typed is no value yet
 * @property {string|null} origin id of the run that the draft was taken from
 * @property {string} madeName what a run of the draft would be called without a typed name
 * @property {number[]} ids a name for each layer that stays when it moves
 * @property {Set<number|string>} open ids of layers, and names of sections, folded out
 * @property {Map<number, {output_shape: number[], params: number}>} shapes by layer id, last known
 * @property {number|null} params in all, last known
 * @property {boolean} stale shapes and params are of an older draft
 * @property {FieldProblem[]} faults all of them, the page's own and the server's
 * @property {ConfigWarning[]} warnings of the draft that was checked last
 * @property {{config: Draft, ids: number[]}|null} checked that draft
 * @property {Set<string>} warned which warnings were shown last
 * @property {string|null} trouble why the draft could not be checked at all
 * @property {string|null} refused what the summary says after a failed Train
 * @property {boolean} sending
 * @property {string|null} said what the page says of the last change, with an offer to undo it
 * @property {Record<string, any>} kept arguments of optimizers and losses not chosen now
 * @property {Map<string, import("../download.js").Progress>} downloads
 * @property {Checked["seconds"]} seconds how long it will train, as of the last check
 */

let lastId = 0;

/** @param {number} length */
const newIds = (length) => Array.from({ length }, () => ++lastId);

/** The draft as it stands in the form: a run's name, or a preset's, is not typed. @param {Draft} config */
const unnamed = ({ name: _name, ...rest }) => structuredClone(rest);

/** Earlier versions kept a preset's title as the draft's name. @param {Catalog} catalog @param {Draft} saved */
const isTyped = ({ presets }, { name }) => presets.every(({ title }) => title !== name);

/**
 * @param {Catalog} catalog
 * @param {Draft|null} saved
 * @param {string|null} [origin] id of the run it was taken from
 * @returns {State}
 */
export function createState(catalog, saved, origin = null) {
  const config =
    saved && isTyped(catalog, saved)
      ? structuredClone(saved)
      : unnamed(saved ?? catalog.presets[0]?.config ?? catalog.defaults);
  return {
    catalog,
    config,
    origin,
    madeName: "",
    ids: newIds(config.layers.length),
    open: new Set(),
    shapes: new Map(),
    params: null,
    stale: true,
    faults: [],
    warnings: [],
    checked: null,
    warned: new Set(),
    trouble: null,
    refused: null,
    sending: false,
    said: null,
    kept: {},
    downloads: new Map(),
    seconds: null,
  };
}

/** @param {State} state @param {string} path @param {any} value */
export function setValue(state, path, value) {
  const { loss } = state.config.compile;
  // A loss may be a bare name; its arguments need an object to stand in.
  if (path.startsWith("compile.loss.") && typeof loss === "string")
    state.config = withValue(state.config, "compile.loss", { name: loss });
  state.config = withValue(state.config, path, value);
  state.stale = true;
}

/**
 * Replace the whole draft; what was there can come back.
 * @param {State} state
 * @param {Draft} config
 * @param {string} text what the offer to undo says
 * @param {string|null} [origin] id of the run it is taken from
 */
export function replaceConfig(state, config, text, origin = null) {
  state.said = text;
  state.config = unnamed(config);
  state.origin = origin;
  state.ids = newIds(config.layers.length);
  state.stale = true;
}

/** @param {State} state @param {number} index @param {Layer} layer @returns {number} its id */
export function addLayer(state, index, layer) {
  state.config = insertLayer(state.config, index, layer);
  const [id] = newIds(1);
  state.ids = state.ids.toSpliced(index, 0, id);
  state.stale = true;
  return id;
}

/** @param {State} state @param {number} index @param {string} text */
export function dropLayer(state, index, text) {
  state.said = text;
  state.config = removeLayer(state.config, index);
  state.ids = state.ids.toSpliced(index, 1);
  state.stale = true;
}

/** @param {State} state @param {number} index @returns {number} the copy's id */
export function copyLayer(state, index) {
  state.config = duplicateLayer(state.config, index);
  const [id] = newIds(1);
  state.ids = state.ids.toSpliced(index + 1, 0, id);
  state.stale = true;
  return id;
}

/** @param {State} state @param {number} from @param {number} to */
export function shiftLayer(state, from, to) {
  if (to < 0 || to >= state.ids.length || from === to) return;
  state.config = moveLayer(state.config, from, to);
  state.ids = moved(state.ids, from, to);
  state.stale = true;
}

/**
 * Choose another optimizer or loss. The arguments of the old one are kept for its return; the new
 * one starts with what it had, else with Keras' defaults.
 * @param {State} state
 * @param {"compile.optimizer"|"compile.loss"} path
 * @param {string} name
 */
export function chooseNamed(state, path, name) {
  const now = valueAt(state.config, path);
  if (typeof now === "object") state.kept[`${path}.${now.name}`] = now;
  const kept = state.kept[`${path}.${name}`];
  const bare = path === "compile.loss" ? name : { name };
  setValue(state, path, kept ?? bare);
}

/**
 * The draft was trained: its name is that run's, and what is changed from now on names the next one.
 * @param {State} state
 * @param {Run} run
 */
export function noteTrained(state, run) {
  state.config = unnamed(state.config);
  state.origin = run.id;
}

/**
 * The server's answer to a check of the present draft.
 * @param {State} state
 * @param {Checked} checked
 */
export function noteChecked(state, checked) {
  state.shapes = new Map(checked.layers.map((layer, i) => [state.ids[i], layer]));
  state.params = checked.params;
  state.madeName = checked.name;
  state.seconds = checked.seconds;
  state.warnings = checked.warnings;
  state.checked = { config: state.config, ids: state.ids };
  state.stale = false;
}
