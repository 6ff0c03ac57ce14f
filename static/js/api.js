// @ts-check
/** The only owner of `fetch`: JSON in and out, every failure an `ApiError`. */
import { _, currentLanguage } from "./i18n.js";
import { at } from "./root.js";

/** @typedef {import("./types.js").FieldProblem} FieldProblem */

/** What the server refused, or that it could not be reached (status 0, code "unreachable"). */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   * @param {FieldProblem[]} [fields]
   * @param {number} [retryAfter] seconds until the same may be asked again; 0: the server named none
   */
  constructor(status, code, message, fields = [], retryAfter = 0) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.fields = fields;
    this.retryAfter = retryAfter;
  }
}

/**
 * The error that an answer holds; answers that are not ours (a proxy's page) get a plain sentence.
 * @param {number} status
 * @param {any} body
 */
export function errorFrom(status, body) {
  const error = body?.error;
  if (error && typeof error.message === "string") {
    const { code, message, fields = [], retry_after } = error;
    return new ApiError(status, String(code), message, fields, retry_after);
  }
  return new ApiError(
    status,
    "unexpected",
    _("The server answered with error %(status)s.", { status }),
  );
}

/**
 * The error's sentence, then what it says of its fields, whose sentences go on from their names.
 * @param {Pick<ApiError, "message" | "fields">} error
 */
export function reasonOf({ message, fields }) {
  const reasons = fields.map(
    ({ message: [first, ...rest] }) => first.toUpperCase() + rest.join(""),
  );
  const ended = (/** @type {string} */ text) => (/[.。!?！？]$/.test(text) ? text : `${text}.`);
  return [message, ...new Set(reasons)].map(ended).join(" ");
}

/** So often a question is repeated that the server refuses because there are too many. */
const REPEATS = 5;

/**
 * @typedef {object} Options
 * @property {unknown} [body]
 * @property {FormData} [form]
 * @property {AbortSignal} [signal]
 * @property {number} [within] milliseconds after which a server that does not answer counts as not
 *   reached
 * @property {boolean} [repeats] whether it changes nothing, so that it may be asked again
 * @property {(answer: Response) => Promise<any>} [read] takes an answer that is not JSON
 */

/**
 * Ask the server. What changes nothing is asked again when the server said when to go on.
 * @param {string} method
 * @param {string} path
 * @param {Options} [options]
 * @returns {Promise<any>}
 */
async function ask(method, path, options = {}) {
  const repeats = options.repeats || method === "GET" ? REPEATS : 0;
  for (let asked = 0; ; asked += 1) {
    try {
      return await askOnce(method, path, options);
    } catch (error) {
      const wait = error instanceof ApiError ? error.retryAfter : 0;
      if (!wait || asked === repeats) throw error;
      await pause(wait * 1000, options.signal);
    }
  }
}

/** Wait; throws as soon as the signal says so. @param {number} ms @param {AbortSignal} [signal] */
export async function pause(ms, signal) {
  signal?.throwIfAborted();
  await new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve(undefined);
    }
  });
  signal?.throwIfAborted();
}

/** @param {string} method @param {string} path @param {Options} options @returns {Promise<any>} */
async function askOnce(method, path, { body, form, signal, within, read }) {
  /** @type {Record<string, string>} */
  const headers = {
    Accept: "application/json",
    // The page's own: without cookies the server would know the browser's only.
    "Accept-Language": currentLanguage(),
    "X-Requested-With": "Inkling",
  };
  if (!form && method !== "GET") headers["Content-Type"] = "application/json";
  let answer;
  try {
    const payload = form ?? (body === undefined ? undefined : JSON.stringify(body));
    answer = await fetch(at(path), {
      method,
      headers,
      body: payload,
      signal: within ? AbortSignal.timeout(within) : signal,
      credentials: "same-origin",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(
      0,
      "unreachable",
      _("The server cannot be reached. Nothing is lost; try again."),
    );
  }
  if (answer.status === 204) return null;
  if (answer.ok && read) return read(answer);
  const data = await answer.json().catch(() => null);
  if (!answer.ok) throw errorFrom(answer.status, data);
  return data;
}

/** @param {string} path @param {{signal?: AbortSignal}} [options] */
export const get = (path, options) => ask("GET", path, options);

/** Milliseconds until an answer that is still being computed is asked for again: the first and the
 * longest wait. */
const AGAIN_MS = [150, 1500];

/**
 * The answer once it is there: the server says 202 while it computes.
 * @param {string} path
 * @param {AbortSignal} signal
 */
export async function getWhenReady(path, signal) {
  const [first, longest] = AGAIN_MS;
  for (let wait = first; ; wait = Math.min(1.5 * wait, longest)) {
    const read = async (/** @type {Response} */ answer) =>
      answer.status === 202 ? undefined : answer.json();
    const answer = await ask("GET", path, { signal, read });
    if (answer !== undefined) return answer;
    await pause(wait, signal);
  }
}

/** @param {string} path @returns {Promise<string>} */
export const getText = (path) => ask("GET", path, { read: (answer) => answer.text() });

/** @param {string} path @param {unknown} body @param {AbortSignal} signal @returns {Promise<string>} */
export const postText = (path, body, signal) =>
  ask("POST", path, { body, signal, repeats: true, read: (answer) => answer.text() });

/** @param {string} path @param {unknown} [body] @param {Options} [options] */
export const post = (path, body = {}, options = {}) => ask("POST", path, { body, ...options });

/** @param {string} path @param {unknown} body @param {Options} [options] */
export const patch = (path, body, options = {}) => ask("PATCH", path, { body, ...options });

/** @param {string} path */
export const del = (path) => ask("DELETE", path);

/**
 * Send a file as multipart form data.
 * @param {string} path
 * @param {File} file
 * @param {string} [field]
 */
export function upload(path, file, field = "file") {
  const form = new FormData();
  form.set(field, file, file.name);
  return ask("POST", path, { form });
}
