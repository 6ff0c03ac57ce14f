// @ts-check
/** One digit, large, with the value of each pixel; and the way to the pad. */

import { onThemeChange } from "../colors.js";
import { el } from "../dom.js";
import { _, number } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { part, setText } from "../parts.js";
import { SIDE, paint, rowsOf } from "../pixels.js";
import { padAddress } from "./state.js";
import { createTwin } from "./twin.js";

/** @typedef {import("./state.js").Looking} Looking */
/** @typedef {import("./state.js").Digit} Digit */

/** Where keys lead: rows and columns. @type {Record<string, [number, number]>} */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** @param {HTMLElement} root */
export function createDigit(root) {
  const frame = part(root, "pixels");
  const canvas = part(root, "large", HTMLCanvasElement);
  const marker = part(root, "marker");
  let shown = /** @type {Digit | null} */ (null);
  /** Row and column of the pixel pointed at. */
  let pixel = /** @type {[number, number] | null} */ (null);
  const twin = createTwin(() => tableOfPixels(shown));
  part(root, "reading").after(twin.element);

  const repaint = () => shown && paint(canvas, shown.image);
  const lifetime = createLifetime();
  const { signal } = lifetime;
  onThemeChange(repaint, signal);
  frame.addEventListener("pointermove", pointAt, { signal });
  frame.addEventListener("pointerleave", () => point(null), { signal });
  frame.addEventListener("blur", () => point(null), { signal });
  frame.addEventListener("keydown", step, { signal });

  /** @param {PointerEvent} event */
  function pointAt(event) {
    const box = frame.getBoundingClientRect();
    const side = box.width / SIDE;
    point([inside((event.clientY - box.top) / side), inside((event.clientX - box.left) / side)]);
  }

  /** @param {KeyboardEvent} event */
  function step(event) {
    const by = STEPS[event.key];
    if (!by) return;
    event.preventDefault();
    const [row, column] = pixel ?? [SIDE / 2, SIDE / 2];
    point([inside(row + by[0]), inside(column + by[1])]);
  }

  /** @param {[number, number] | null} place */
  function point(place) {
    pixel = place;
    marker.hidden = !place;
    if (place) {
      marker.style.setProperty("--row", String(place[0]));
      marker.style.setProperty("--column", String(place[1]));
    }
    const text = read(shown, place);
    setText(part(root, "reading"), text || _("Point at a pixel to read its value."));
    frame.setAttribute("aria-valuetext", text);
    frame.setAttribute("aria-valuenow", place ? String(place[0] * SIDE + place[1]) : "0");
  }

  point(null);
  return {
    /** @param {Looking} state */
    draw(state) {
      const { digit } = state;
      part(root, "one").classList.toggle("arriving", !digit);
      if (!digit || digit === shown) return;
      shown = digit;
      repaint();
      point(pixel);
      twin.fill();
      setText(part(root, "label"), String(digit.label));
      setText(part(root, "name"), `x_${state.part}[${digit.index}]`);
      part(root, "to-pad", HTMLAnchorElement).href = padAddress(state, digit);
    },
    dispose: lifetime.dispose,
  };
}

/** @param {number} place */
const inside = (place) => Math.min(Math.max(Math.floor(place), 0), SIDE - 1);

/**
 * @param {Digit | null} digit
 * @param {[number, number] | null} place
 */
function read(digit, place) {
  if (!digit || !place) return "";
  const value = digit.image[place[0] * SIDE + place[1]];
  const scaled = number(value / 255, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  const words = { row: place[0], column: place[1], value, scaled };
  return _("Row %(row)s, column %(column)s: %(value)s, or %(scaled)s after scaling", words);
}

/** @param {Digit | null} digit */
function tableOfPixels(digit) {
  const rows = digit ? rowsOf(digit.image) : [];
  return el(
    "table",
    { class: "all-pixels" },
    el("caption", { class: "sr-only" }, _("The value of each pixel")),
    el(
      "tbody",
      {},
      rows.map((row) =>
        el(
          "tr",
          {},
          row.map((value) => el("td", {}, value)),
        ),
      ),
    ),
  );
}
