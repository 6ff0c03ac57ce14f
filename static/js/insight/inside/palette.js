// @ts-check
/** The theme's colours for signed pictures. */

import { color } from "../../colors.js";
import { rgbOf } from "../../pixels.js";
import { paletteOf } from "./signed.js";

/** The colours as red, green and blue, now. */
export function themeColors() {
  const [zero, ink, above, below] = ["--sheet", "--ink", "--run-1", "--run-2"].map((token) =>
    rgbOf(color(token)),
  );
  return { zero, ink, above, below };
}

/** The palette of the theme, now. */
export function themePalette() {
  const { zero, above, below } = themeColors();
  return paletteOf(zero, above, below);
}
