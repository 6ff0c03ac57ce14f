// @ts-check
/** Dragging a bead along the strand, by mouse, pen or finger. */

/**
 * The index at which something dropped at `y` would stand among items, itself taken out.
 * @param {number[]} middles of the other items, from top to bottom
 * @param {number} y
 */
export function dropIndex(middles, y) {
  return middles.filter((middle) => middle < y).length;
}

/**
 * @param {PointerEvent} start the press, which the bead has captured
 * @param {HTMLElement} bead what is taken hold of
 * @param {HTMLElement} item what moves with it
 * @param {(to: number) => void} onDrop
 * @param {AbortSignal} formEnds
 */
export function drag(start, bead, item, onDrop, formEnds) {
  const siblings = [...(item.parentElement?.querySelectorAll("li[data-id]") ?? [])];
  const from = siblings.indexOf(item);
  const others = siblings.filter((one) => one !== item);
  const middles = others.map((one) => {
    const { top, height } = one.getBoundingClientRect();
    return top + height / 2;
  });
  const middle = item.getBoundingClientRect().top + item.offsetHeight / 2 - start.clientY;
  let to = from;

  const move = (/** @type {PointerEvent} */ event) => {
    const by = event.clientY - start.clientY;
    item.classList.add("dragged");
    item.style.transform = `translateY(${by}px)`;
    to = dropIndex(middles, event.clientY + middle);
    for (const [i, one] of others.entries()) {
      const shift = Number(i < from && i >= to) - Number(i >= from && i < to);
      /** @type {HTMLElement} */ (one).style.transform = shift
        ? `translateY(${shift * item.offsetHeight}px)`
        : "";
    }
  };
  const end = (/** @type {boolean} */ dropped) => {
    over.abort();
    item.classList.remove("dragged");
    for (const one of siblings) /** @type {HTMLElement} */ (one).style.transform = "";
    if (dropped && to !== from) onDrop(to);
  };
  const over = new AbortController();
  const { signal } = over;
  formEnds.addEventListener("abort", () => over.abort(), { signal });
  bead.addEventListener("pointermove", move, { signal });
  bead.addEventListener("pointerup", () => end(true), { signal });
  bead.addEventListener("pointercancel", () => end(false), { signal });
  addEventListener("keydown", (event) => event.key === "Escape" && end(false), { signal });
}
