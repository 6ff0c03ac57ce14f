// @ts-check
/** What a confusion matrix says: `counts[truth][answer]`, ten by ten. Knows no page. */

/**
 * The commonest mistake, or null when there is none.
 * @param {number[][]} counts
 * @returns {{truth: number, answer: number, n: number} | null}
 */
export function worst(counts) {
  /** @type {{truth: number, answer: number, n: number} | null} */
  let most = null;
  for (const [truth, row] of counts.entries()) {
    for (const [answer, n] of row.entries()) {
      if (truth !== answer && n > (most?.n ?? 0)) most = { truth, answer, n };
    }
  }
  return most;
}

/**
 * How strongly to shade each cell, 0–1: right answers by their share of the row; mistakes by the
 * root of theirs among all mistakes' largest, so that one image in a thousand can still be seen.
 * @param {number[][]} counts
 * @returns {number[][]}
 */
export function shades(counts) {
  const most = worst(counts)?.n ?? 1;
  return counts.map((row, truth) => {
    const all = row.reduce((sum, n) => sum + n, 0) || 1;
    return row.map((n, answer) => (answer === truth ? n / all : Math.sqrt(n / Math.max(most, 4))));
  });
}
