// @ts-check
/**
 * A configuration while it is edited: parts may be missing, and a text stands where something typed
 * is no value yet. What the server answers is `RunConfig` in types.d.ts.
 *
 * @typedef {{name: string} & Record<string, any>} Named a choice with its own arguments, e.g. Adam
 * @typedef {{type: string} & Record<string, any>} Layer attributes carry Keras' argument names
 *
 * @typedef {object} Draft
 * @property {string} [name] only where one was typed: else the server makes one
 * @property {{name: string} & Record<string, any>} dataset
 * @property {Layer[]} layers
 * @property {{loss: string|Named, optimizer: Named, metrics?: string[]}} compile
 * @property {{batch_size: number, epochs: number, validation_split?: number}
 *   & Record<string, any>} fit
 * @property {number|null} [seed]
 */
export {};
