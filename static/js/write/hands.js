// @ts-check
/**
 * Which of several pointers on the pad draws. A touch gives way to the pen, for it is the palm;
 * two fingers draw nothing. Knows no page.
 */

/**
 * @typedef {object} Hands
 * @property {{id: number, type: string} | null} drawing the pointer that draws
 * @property {Set<number>} touches those on the pad, also those that do not draw
 */

/** @typedef {Pick<PointerEvent, "pointerId" | "pointerType" | "isPrimary">} Pointer */

/** @returns {Hands} */
export const createHands = () => ({ drawing: null, touches: new Set() });

/**
 * A pointer came down. Whether it draws, and whether the stroke under way is no ink after all.
 * @param {Hands} hands
 * @param {Pointer} pointer
 * @returns {{draws: boolean, takesBack: boolean}}
 */
export function comeDown(hands, { pointerId: id, pointerType: type, isPrimary }) {
  const isTouch = type === "touch";
  // The first touch of all: if another is still known, its end was lost.
  if (isTouch && isPrimary) letGo(hands);
  if (isTouch) hands.touches.add(id);
  const byTouch = hands.drawing?.type === "touch";
  const takesBack = byTouch && (isTouch || type === "pen");
  if (takesBack) hands.drawing = null;
  const draws = hands.drawing === null && (!isTouch || hands.touches.size === 1);
  if (draws) hands.drawing = { id, type };
  return { draws, takesBack };
}

/** Forget touches. @param {Hands} hands */
function letGo(hands) {
  hands.touches.clear();
  if (hands.drawing?.type === "touch") hands.drawing = null;
}

/** Whether this pointer draws. @param {Hands} hands @param {{pointerId: number}} pointer */
export const isDrawing = ({ drawing }, { pointerId }) => drawing?.id === pointerId;

/**
 * Remove a pointer; returns whether it drew.
 * @param {Hands} hands
 * @param {{pointerId: number}} pointer
 */
export function goUp(hands, pointer) {
  const drew = isDrawing(hands, pointer);
  hands.touches.delete(pointer.pointerId);
  if (drew) hands.drawing = null;
  return drew;
}
