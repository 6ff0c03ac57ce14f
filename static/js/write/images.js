// @ts-check
/** The three ways an image comes in: dropped on the pad, pasted, or chosen as a file. */

import { _ } from "../i18n.js";
import { fetchPart } from "../later.js";
import { createLifetime } from "../lifetime.js";
import { part } from "../parts.js";

/**
 * @param {HTMLElement} root
 * @param {{onPicture: (picture: import("./picture.js").Picture) => void,
 *   onProblem: (sentence: string) => void}} listeners
 */
export function mountImages(root, { onPicture, onProblem }) {
  const frame = part(root, "frame");
  const input = part(root, "file", HTMLInputElement);

  /** The number of the file taken last: a large one may be read longer than the next. */
  let newest = 0;
  const lifetime = createLifetime();
  const { signal } = lifetime;

  /** @param {File | undefined} file */
  async function take(file) {
    if (!file) return;
    const mine = ++newest;
    try {
      const { readPicture } = await fetchReading();
      const picture = await readPicture(file);
      if (mine === newest && !signal.aborted) onPicture(picture);
    } catch (problem) {
      if (mine === newest && !signal.aborted) onProblem(/** @type {Error} */ (problem).message);
    }
  }

  const choose = () => {
    void take(input.files?.[0]);
    // The same file may be chosen again.
    input.value = "";
  };
  const paste = (/** @type {ClipboardEvent} */ event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest?.("input:not([type=file]), textarea, [contenteditable]")) return;
    const file = fileOf(event.clipboardData);
    if (!file) return;
    event.preventDefault();
    void take(file);
  };
  input.addEventListener("change", choose, { signal });
  document.addEventListener("paste", paste, { signal });
  mountDrop(frame, take, signal);
  return { dispose: lifetime.dispose };
}

/**
 * @param {HTMLElement} frame
 * @param {(file: File | undefined) => void} take
 * @param {AbortSignal} signal ends it
 */
function mountDrop(frame, take, signal) {
  const over = (/** @type {DragEvent} */ event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    frame.classList.add("dropping");
  };
  const leave = (/** @type {DragEvent} */ event) => {
    if (!frame.contains(/** @type {Node | null} */ (event.relatedTarget))) {
      frame.classList.remove("dropping");
    }
  };
  const drop = (/** @type {DragEvent} */ event) => {
    frame.classList.remove("dropping");
    const file = fileOf(event.dataTransfer);
    if (!file) return;
    event.preventDefault();
    take(file);
  };
  frame.addEventListener("dragenter", over, { signal });
  frame.addEventListener("dragover", over, { signal });
  frame.addEventListener("dragleave", leave, { signal });
  frame.addEventListener("drop", drop, { signal });
}

/** What reads images, fetched with the first one. */
function fetchReading() {
  return fetchPart("picture", () => import("./picture.js")).catch(() => {
    throw new Error(_("The server cannot be reached. Nothing is lost; try again."));
  });
}

/**
 * The first image among what was dropped or pasted; other files too, so that they are refused
 * with a reason.
 * @param {DataTransfer | null} transfer
 * @returns {File | undefined}
 */
export function fileOf(transfer) {
  const files = [...(transfer?.files ?? [])];
  return files.find((file) => file.type.startsWith("image/")) ?? files[0];
}
