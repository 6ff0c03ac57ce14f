// @ts-check
/** The parts of a Python program that are worth a colour. Knows the programs that we write. */

/** @typedef {"comment" | "string" | "number" | "word" | ""} Kind */
/** @typedef {{kind: Kind, text: string}} Token */

const PARTS =
  /(?<comment>#.*)|(?<string>"(?:[^"\\\n]|\\.)*")|(?<number>(?<![\w.])\d[\d.]*(?:e[+-]?\d+)?)|(?<word>\b(?:as|for|from|import|in|False|None|True)\b)/g;

/**
 * The program cut into tokens; together they are the program.
 * @param {string} program
 * @returns {Token[]}
 */
export function tokens(program) {
  /** @type {Token[]} */
  const found = [];
  let at = 0;
  for (const match of program.matchAll(PARTS)) {
    if (match.index > at) found.push({ kind: "", text: program.slice(at, match.index) });
    const kinds = Object.entries(match.groups ?? {});
    const kind = /** @type {Kind} */ (kinds.find(([, text]) => text !== undefined)?.[0] ?? "");
    found.push({ kind, text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < program.length) found.push({ kind: "", text: program.slice(at) });
  return found;
}
