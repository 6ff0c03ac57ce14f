// @ts-check
/** Where the server is reached: behind a proxy it may lie under a path such as `/inkling`. */

/** The root path without a slash at its end; empty on a server of its own. The page says it. */
export const root = globalThis.document?.documentElement?.dataset?.root ?? "";

/**
 * An address of this server.
 * @param {string} path from the server's root on: `/runs`
 */
export const at = (path) => root + path;

/**
 * A path of a page's address, from the server's root on.
 * @param {string} pathname
 */
export const within = (pathname) =>
  pathname.startsWith(`${root}/`) ? pathname.slice(root.length) : pathname;
