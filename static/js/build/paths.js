// @ts-check
/** Places in a configuration, written as the server writes them: "layers[1].units". */

/**
 * "layers[1].units" → ["layers", 1, "units"].
 * @param {string} path
 * @returns {(string|number)[]}
 */
export function parsePath(path) {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map((m) => m[1] ?? Number(m[2]));
}

/**
 * What stands there; undefined where nothing does.
 * @param {any} config
 * @param {string} path
 */
export function valueAt(config, path) {
  return parsePath(path).reduce((value, key) => value?.[key], config);
}

/**
 * A copy with `value` there; `undefined` removes the key. Objects on the way are made.
 * @template T
 * @param {T} config
 * @param {string} path
 * @param {any} value
 * @returns {T}
 */
export function withValue(config, path, value) {
  return put(config, parsePath(path), value);
}

/**
 * @param {any} part
 * @param {(string|number)[]} keys
 * @param {any} value
 * @returns {any}
 */
function put(part, [key, ...rest], value) {
  const copy = Array.isArray(part) ? [...part] : { ...(part ?? {}) };
  const next = rest.length ? put(copy[key], rest, value) : value;
  if (next === undefined && !Array.isArray(copy)) delete copy[key];
  else copy[key] = next;
  return copy;
}

/**
 * The nearest of the known places: itself, else what holds it, else null.
 * "layers[1].kernel_size[0]" → "layers[1].kernel_size".
 * @param {string} path
 * @param {(path: string) => boolean} isKnown
 * @returns {string|null}
 */
export function nearest(path, isKnown) {
  for (let at = path; at; at = parentOf(at)) if (isKnown(at)) return at;
  return null;
}

/** @param {string} path */
function parentOf(path) {
  return path.slice(0, Math.max(0, path.lastIndexOf("."), path.lastIndexOf("[")));
}

/**
 * The index of the layer it is in; null: it is in none.
 * @param {string} path
 */
export function layerIndex(path) {
  const found = /^layers\[(\d+)\]/.exec(path);
  return found ? Number(found[1]) : null;
}

/**
 * The same place where its layer is now; null: the layer is gone.
 * @param {string} path
 * @param {number[]} before the layers' names when the path was right
 * @param {number[]} now
 */
export function followed(path, before, now) {
  const index = layerIndex(path);
  if (index === null) return path;
  const at = now.indexOf(before[index]);
  return at < 0 ? null : path.replace(/^layers\[\d+\]/, `layers[${at}]`);
}
