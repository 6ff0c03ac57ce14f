// @ts-check
/**
 * The shapes of everything the server answers, as the contract names them.
 * This file holds types only: `@typedef {import("./types.js").Run} Run`.
 *
 * @typedef {"queued"|"starting"|"running"|"paused"|"finished"|"stopped"|"failed"} Status
 *
 * @typedef {object} Metrics what was measured at an epoch's end; null: not finite, or not measured
 * @property {number|null} [loss]
 * @property {number|null} [accuracy] 0–1
 * @property {number|null} [val_loss]
 * @property {number|null} [val_accuracy] 0–1
 *
 * @typedef {object} Run
 * @property {string} id opaque
 * @property {string} name
 * @property {string} source "trained" here, or "imported"
 * @property {Status} status
 * @property {RunConfig} config
 * @property {string} created_at ISO 8601, UTC
 * @property {string|null} started_at
 * @property {string|null} ended_at
 * @property {number} params
 * @property {number} epoch the last epoch completed, 0 before the first
 * @property {number} epochs how many it is to train
 * @property {number|null} eta_seconds
 * @property {number|null} queue_position
 * @property {number|null} [wait_seconds] until it starts; null: it does not wait, or nobody knows
 * @property {Metrics|null} latest
 * @property {(Metrics & {epoch: number})|null} best
 * @property {{loss: number|null, accuracy: number|null}|null} test
 * @property {boolean} diverged its newest loss is not finite: its newest weights answer nothing
 * @property {{message: string}|null} error
 * @property {{mine: boolean, name: string|null}} owner mine: this browser made it
 * @property {boolean} owned whether it has an owner at all
 * @property {number} attempt
 * @property {number} last_seq
 *
 * @typedef {{name: string} & Record<string, any>} Named a choice with its own arguments, e.g. Adam
 * @typedef {{type: string} & Record<string, any>} Layer attributes carry Keras' argument names
 *
 * @typedef {object} DatasetConfig
 * @property {string} name
 * @property {number|null} [train_samples] the first N; null: all
 * @property {boolean} [scale] divide by 255
 * @property {number} [test_noise] sigma
 *
 * @typedef {object} CompileConfig
 * @property {string|Named} loss
 * @property {Named} optimizer
 * @property {string[]} [metrics]
 *
 * @typedef {object} FitConfig
 * @property {number} batch_size
 * @property {number} epochs
 * @property {number} [validation_split] 0 ≤ v < 1
 * @property {boolean} [shuffle]
 * @property {Record<string, any>|null} [early_stopping]
 * @property {Record<string, any>|null} [reduce_lr_on_plateau]
 * @property {boolean} [terminate_on_nan]
 *
 * @typedef {object} RunConfig
 * @property {string} name
 * @property {DatasetConfig} dataset
 * @property {Layer[]} layers
 * @property {CompileConfig} compile
 * @property {FitConfig} fit
 * @property {number|null} [seed]
 *
 * @typedef {object} StatusEvent
 * @property {"status"} type
 * @property {Status} status
 * @property {string|null} [message]
 * @property {number} attempt
 * @property {number} from_epoch
 *
 * @typedef {object} BatchEvent running means of the epoch so far
 * @property {"batch"} type
 * @property {number} epoch
 * @property {number} step
 * @property {number} steps
 * @property {number|null} loss
 * @property {number|null} accuracy
 * @property {boolean} [diverged]
 *
 * @typedef {object} EpochEvent
 * @property {"epoch"} type
 * @property {number} epoch
 * @property {number|null} loss
 * @property {number|null} accuracy
 * @property {number|null} val_loss
 * @property {number|null} val_accuracy
 * @property {number} learning_rate
 * @property {number} seconds training time without validation
 * @property {number} samples_per_second
 * @property {boolean} [diverged]
 *
 * @typedef {object} EvaluationEvent
 * @property {"evaluation"} type
 * @property {number|null} loss
 * @property {number|null} accuracy
 *
 * @typedef {{run_id: string, seq: number, at: string}
 *   & (StatusEvent|BatchEvent|EpochEvent|EvaluationEvent)} Event
 *
 * @typedef {object} Curve a run and what it told up to `run.last_seq`, thinned for drawing
 * @property {Run} run
 * @property {Record<"loss"|"accuracy"|"val_loss"|"val_accuracy", (number|null)[]>
 *   & Record<"epoch"|"learning_rate"|"seconds", number[]>} epochs columns
 * @property {number[]} diverged epochs in which a value was not finite
 * @property {{x: number[], loss: (number|null)[], accuracy: (number|null)[]}} batches columns
 * @property {number} batch_stride each point stands for so many events
 * @property {{seq: number, epoch: number}[]} restarts when training began again after an epoch
 *   because its worker was gone
 * @property {number|null} learning_rate wished for while it trained; null: as configured
 *
 * @typedef {object} Argument one control of the form
 * @property {string} name
 * @property {string} title
 * @property {"integer"|"number"|"boolean"|"choice"|"pair"|"text"|"regularizer"|"object"} type
 * @property {number|null} [min]
 * @property {number|null} [max]
 * @property {boolean} [exclusive_min]
 * @property {boolean} [exclusive_max]
 * @property {any} default Keras' own, taken where the key is left out
 * @property {any} [suggested] what a new layer or a switched-on part starts with
 * @property {Record<string, string>} [choice_help] a sentence by choice
 * @property {boolean} required
 * @property {boolean} nullable
 * @property {any[]|null} [choices]
 * @property {Argument[]} [arguments] of an object
 * @property {string} help
 * @property {boolean} advanced folded away in the form
 *
 * @typedef {object} LayerKind
 * @property {string} type
 * @property {string} title
 * @property {string} help
 * @property {boolean} learns has weights that training changes
 * @property {Argument[]} arguments
 *
 * @typedef {object} Choice
 * @property {string} name
 * @property {string} [title]
 * @property {string} help
 * @property {Argument[]} [arguments]
 *
 * @typedef {object} Dataset
 * @property {string} name
 * @property {string} title
 * @property {string} help
 * @property {number} train how many examples there are to train with
 * @property {number} test
 * @property {boolean} available on the server's machine
 * @property {boolean} downloadable
 * @property {number|null} bytes
 * @property {string|null} reason why a file that is there cannot be used
 *
 * @typedef {object} Preset
 * @property {string} name
 * @property {string} title
 * @property {string} help
 * @property {RunConfig} config
 *
 * @typedef {object} Catalog
 * @property {Dataset[]} datasets
 * @property {LayerKind[]} layers
 * @property {Choice[]} activations
 * @property {Choice[]} losses
 * @property {Choice[]} optimizers
 * @property {Choice[]} initializers
 * @property {Choice[]} regularizers
 * @property {{name: Argument, seed: Argument, dataset: Argument[], compile: Argument[],
 *   fit: Argument[]}} fields
 * @property {Preset[]} presets
 * @property {{name: string, title: string, extension: string}[]} formats
 * @property {RunConfig} defaults
 *
 * @typedef {object} Checked the answer of POST /api/check
 * @property {{type: string, output_shape: number[], params: number}[]} layers
 * @property {number} params
 * @property {FieldProblem[]} warnings
 *
 * @typedef {{path: string, message: string}} FieldProblem
 *
 * @typedef {object} Prediction
 * @property {number} digit
 * @property {number[]} probabilities ten, sum 1
 * @property {number[][]} input 28 × 28, 0–255
 * @property {number} epoch
 * @property {number} ms
 *
 * @typedef {Metrics & {epoch: number, best: boolean, newest: boolean, lasting: boolean,
 *   bytes: number}} Checkpoint `lasting`: it stays for some time, however fast
 *   newer epochs come
 *
 * @typedef {object} Evaluation
 * @property {number} epoch
 * @property {number|null} loss
 * @property {number|null} accuracy
 * @property {number} samples
 * @property {number[][]} confusion 10 × 10, row: true digit
 * @property {{precision: number, recall: number, f1: number, support: number}[]} per_class
 *
 * @typedef {{scale: number, values: string}} Packed numbers: `scale` × signed bytes, in base64
 *
 * @typedef {object} LayerSeen what a layer gives for one image
 * @property {number} number 1: the run's first layer
 * @property {string} type
 * @property {string|null} activation
 * @property {number[]} shape units, or height, width and channels
 * @property {number} shown units or channels that `values` holds, channel by channel
 * @property {number|null} low
 * @property {number|null} mean
 * @property {number|null} high
 * @property {number} active share above 0
 *
 * @typedef {LayerSeen & Packed} LayerLook
 *
 * @typedef {object} Look
 * @property {number} digit
 * @property {number[]} probabilities
 * @property {LayerLook[]} layers
 * @property {{spoke: Packed, gradient: Packed}} saliency 28 × 28 each
 * @property {number[][]} input 28 × 28, 0–255
 * @property {number} epoch
 *
 * @typedef {object} WeightPictures one page of a layer's weights as pictures
 * @property {number} epoch
 * @property {{number: number, type: string, units: number}[]} layers those that can be shown
 * @property {number|null} layer number of the one shown; null: there is none
 * @property {number} channels of each picture
 * @property {number} height
 * @property {number} width
 * @property {number} limit the weight that gets the full colour
 * @property {(Packed & {unit: number, norm: number, low: number, high: number})[]} units
 *
 * @typedef {object} Histograms
 * @property {number[]} epochs
 * @property {number} images by which gradients were measured
 * @property {{number: number, type: string, parameters: number,
 *   weights: {limit: number, shares: number[][], mean: (number|null)[], std: (number|null)[]},
 *   gradients: {decades: number[], shares: number[][], zero: number[],
 *     norm: (number|null)[]}}[]} layers shares: epochs × bins
 *
 * @typedef {object} UnitShares
 * @property {number} images shown to the network
 * @property {number[]} epochs
 * @property {{number: number, type: string, activation: string, dead: (number|null)[],
 *   saturated: (number|null)[], active: (number|null)[]}[]} layers shares by epoch; null: not known
 *
 * @typedef {object} Finding what the coach says
 * @property {string} id
 * @property {string} sentence
 * @property {string} why
 * @property {string} advice
 * @property {Record<string, number|null>} numbers
 * @property {{label: string, patch: Record<string, any>, config: RunConfig}|null} change
 *
 * @typedef {object} DatasetEvent progress of a download, sent to everyone
 * @property {string} name
 * @property {"downloading"|"available"|"failed"} state
 * @property {number} [received] bytes
 * @property {number|null} [total] bytes
 * @property {string|null} [message]
 */
export {};
