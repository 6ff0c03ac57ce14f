// @ts-check
/**
 * Numbers above and below 0 as colours: 0 is the sheet, the largest are full blue, the least full
 * orange, which colour-blind readers can distinguish. Knows no page.
 */

/** The largest value of a signed byte that has its negative. */
export const STEPS = 127;

/** @typedef {[number, number, number]} Rgb */
/** @typedef {Uint8ClampedArray} Palette RGBA of −127 … 127, one after the other */

/**
 * @param {string} text base64
 * @returns {Int8Array}
 */
export function signedBytesOf(text) {
  return Int8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

/**
 * @param {number[]} from
 * @param {number[]} to
 * @param {number} share 0–1
 */
const mix = (from, to, share) => from.map((value, n) => value + (to[n] - value) * share);

/**
 * @param {number[]} zero
 * @param {number[]} above
 * @param {number[]} below
 * @returns {Palette}
 */
export function paletteOf(zero, above, below) {
  const palette = new Uint8ClampedArray(4 * (2 * STEPS + 1));
  for (let step = -STEPS; step <= STEPS; step += 1) {
    const rgb = mix(zero, step > 0 ? above : below, Math.abs(step) / STEPS);
    palette.set([...rgb, 255], 4 * (step + STEPS));
  }
  return palette;
}

/**
 * Where in the palette a value's colour begins.
 * @param {number} share −1 … 1; what is beyond gets the full colour
 */
export const colorAt = (share) =>
  4 * (Math.round(Math.max(-1, Math.min(1, share)) * STEPS) + STEPS);

/**
 * RGBA of values, each `factor` × itself a share of the full colour.
 * @param {ArrayLike<number>} values
 * @param {number} factor
 * @param {Palette} palette
 */
export function colored(values, factor, palette) {
  const rgba = new Uint8ClampedArray(4 * values.length);
  for (let n = 0; n < values.length; n += 1) {
    const at = colorAt(values[n] * factor);
    rgba.set(palette.subarray(at, at + 4), 4 * n);
  }
  return rgba;
}

/**
 * The places of channels that lie beside each other in a square, a column apart.
 * @param {number} channels
 * @param {number} width of one
 * @param {number} height of one
 */
export function mosaicOf(channels, width, height) {
  const columns = Math.ceil(Math.sqrt(channels));
  const rows = Math.ceil(channels / columns);
  const whole = { width: columns * (width + 1) - 1, height: rows * (height + 1) - 1 };
  /** Where the value with this place among all channels' goes. @param {number} n */
  const placeOf = (n) => {
    const [channel, inside] = [Math.floor(n / (width * height)), n % (width * height)];
    const x = (channel % columns) * (width + 1) + (inside % width);
    const y = Math.floor(channel / columns) * (height + 1) + Math.floor(inside / width);
    return y * whole.width + x;
  };
  return { ...whole, placeOf };
}

/**
 * RGBA of a picture whose channels lie beside each other; between them it is transparent.
 * @param {Uint8ClampedArray} rgba channel after channel
 * @param {ReturnType<typeof mosaicOf>} mosaic
 */
export function laidOut(rgba, mosaic) {
  const whole = new Uint8ClampedArray(4 * mosaic.width * mosaic.height);
  for (let n = 0; n < rgba.length / 4; n += 1) {
    whole.set(rgba.subarray(4 * n, 4 * n + 4), 4 * mosaic.placeOf(n));
  }
  return whole;
}

/**
 * The digit's ink, faint, and over it what spoke for the answer and against it.
 * @param {ArrayLike<number>} ink 0–255
 * @param {ArrayLike<number>} spoke −127 … 127
 * @param {{zero: number[], ink: number[], above: number[], below: number[]}} colors
 */
export function overlaid(ink, spoke, { zero, ink: dark, above, below }) {
  const rgba = new Uint8ClampedArray(4 * ink.length);
  for (let n = 0; n < ink.length; n += 1) {
    const base = mix(zero, dark, (FAINT * ink[n]) / 255);
    // The square root lets weak voices be seen beside the strongest.
    const strength = Math.sqrt(Math.abs(spoke[n]) / STEPS);
    rgba.set([...mix(base, spoke[n] > 0 ? above : below, strength), 255], 4 * n);
  }
  return rgba;
}

const FAINT = 0.22;
