// @ts-check
/** The terms with a dotted line: a click shows the sentence, the bubble leads on to the glossary. */
import { toggle } from "./bubble.js";

/**
 * Show what a term means, beside it.
 * @param {HTMLAnchorElement} link
 */
export const explain = (link) => toggle(link, link.dataset.says ?? "", link.href);
