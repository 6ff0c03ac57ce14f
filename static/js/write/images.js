// @ts-check
/** The three ways an image comes in: dropped on the pad, pasted, or chosen as a file. */

import { _ } from "../i18n.js";
import { fetchPart } from "../later.js";
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

  /** @param {File | undefined} file */
  async function take(file) {
    if (!file) return;
    const mine = ++newest;
    try {
      const { readPicture } = await fetchReading();
      const picture = await readPicture(file);
      if (mine === newest) onPicture(picture);
    } catch (problem) {
      if (mine === newest) onProblem(/** @type {Error} */ (problem).message);
    }
  }

  input.addEventListener("change", () => {
    void take(input.files?.[0]);
    // The same file may be chosen again.
    input.value = "";
  });
  mountDrop(frame, take);
  document.addEventListener("paste", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest?.("input:not([type=file]), textarea, [contenteditable]")) return;
    const file = fileOf(event.clipboardData);
    if (!file) return;
    event.preventDefault();
    void take(file);
  });
}

/**
 * @param {HTMLElement} frame
 * @param {(file: File | undefined) => void} take
 */
function mountDrop(frame, take) {
  const over = (/** @type {DragEvent} */ event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    frame.classList.add("dropping");
  };
  frame.addEventListener("dragenter", over);
  frame.addEventListener("dragover", over);
  frame.addEventListener("dragleave", (event) => {
    if (!frame.contains(/** @type {Node | null} */ (event.relatedTarget))) {
      frame.classList.remove("dropping");
    }
  });
  frame.addEventListener("drop", (event) => {
    frame.classList.remove("dropping");
    const file = fileOf(event.dataTransfer);
    if (!file) return;
    event.preventDefault();
    take(file);
  });
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
