// @ts-check
/** The Write column: one state, fed by the pen and the server; `render` repaints it. */

import { untilAnswered } from "../again.js";
import { get } from "../api.js";
import { _ } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { oncePerFrame } from "../dom.js";
import { drawing } from "../drawing.js";
import { part } from "../parts.js";
import { bytesOf } from "../pixels.js";
import { createAnswer } from "./answer.js";
import { createSlot, forget, want } from "./slot.js";
import { canAnswer, createChoice, epochOf, letGo, target } from "./choice.js";
import { clear, createInk, isEmpty, undo } from "./ink.js";
import { mountImages } from "./images.js";
import { mountKeys } from "./keys.js";
import { mountPad } from "./pad.js";
import { createPicker } from "./picker.js";
import { hasDrawing, questionOf } from "./question.js";
import { createSending } from "./sending.js";
import { draw } from "./view.js";
import { deletedWords } from "../runstore.js";

/** @typedef {import("../types.js").Run} Run */

/**
 * @typedef {object} Writing
 * @property {import("./ink.js").Ink} ink
 * @property {import("./picture.js").Picture | null} picture an image in place of ink
 * @property {import("./choice.js").Choice} choice who answers
 * @property {import("./slot.js").RequestSlot<import("./question.js").Question>} slot
 * @property {{to: string, said: import("../types.js").Prediction} | null} answer the newest, and
 *   the id of the run that gave it
 * @property {string} problem why there is no answer to what is on the pad, or ""
 * @property {string} refused why something was not put on the pad, or ""
 * @property {string} notice that the run asked was deleted, or ""
 * @property {boolean} known whether the server has said which runs there are
 */

/**
 * @param {HTMLElement} root
 * @param {{socket: import("../socket.js").Live}} options
 */
export function mountWrite(root, { socket }) {
  /** @type {Writing} */
  const state = {
    ink: createInk(),
    picture: null,
    choice: createChoice(socket.runs),
    slot: createSlot(),
    answer: null,
    problem: "",
    refused: "",
    notice: "",
    known: false,
  };
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const answer = createAnswer(root);
  const picker = createPicker(part(root, "choice", HTMLSelectElement), (runId) => {
    state.choice.chosen = runId;
    state.notice = "";
    askAgain();
  });
  const pad = mountPad(part(root, "pad", HTMLCanvasElement), state, {
    onDown() {
      covered = state.picture;
    },
    onTaken() {
      if (isEmpty(state.ink)) state.picture = covered;
      changed();
    },
    onInk() {
      if (state.picture) forget(state.slot);
      state.picture = null;
      paint();
      ask();
    },
    onLift: ask,
    onFull: () => refuse(_("The pad is full; clear it to go on.")),
  });
  const { paint } = pad;
  const render = oncePerFrame(() => draw(root, state, { answer, picker }), signal);
  const sending = createSending(root, state, socket, render);
  /** What lay on the pad before the stroke under way. */
  let covered = state.picture;

  /** Ask what the paper shows now; a run that cannot answer yet is asked when it can. */
  function ask() {
    state.problem = state.refused = "";
    const question = questionOf(state);
    if (question) void sending.start(want(state.slot, question));
    else if (!hasDrawing(state)) blank();
    render();
  }

  function askAgain() {
    forget(state.slot);
    if (hasDrawing(state)) ask();
    render();
  }

  function blank() {
    forget(state.slot);
    state.answer = null;
    state.problem = state.refused = state.notice = "";
    drawing.set(null);
  }

  /** Say why something was not put on the pad. @param {string} sentence */
  function refuse(sentence) {
    state.refused = sentence;
    render();
  }

  /** @param {Run} run @param {Run | undefined} before */
  function receive(run, before) {
    render();
    if (run.id !== target(state.choice) || !hasDrawing(state)) return;
    if (typeof epochOf(state.choice) === "number" && state.answer) return;
    // The same ink again after each epoch: the bars sharpen as the network learns.
    const news = before?.epoch !== run.epoch || canAnswer(before) !== canAnswer(run);
    if (news && canAnswer(run) && !state.ink.down) ask();
  }

  /** @param {import("../connection.js").Link} link */
  function onLink(link) {
    if (link === "online" && state.problem && hasDrawing(state)) ask();
  }

  /** @param {unknown} _run @param {string} id */
  function onDeleted(_run, id) {
    const wasAsked = letGo(state.choice, id);
    if (wasAsked || state.answer?.to === id) {
      state.answer = null;
      askAgain();
      state.notice = deletedWords();
    }
    render();
  }

  lifetime.atEnd(socket.onState(onLink));
  const onSynced = () => {
    state.known = true;
    render();
  };
  lifetime.atEnd(socket.runs.subscribe({ onRun: receive, onDeleted, onSynced }));
  part(root, "undo").addEventListener("click", takeBack, { signal });
  part(root, "clear").addEventListener("click", takeAll, { signal });
  const keys = mountKeys(root, { undo: takeBack, clear: takeAll });
  const images = mountImages(root, { onPicture: lay, onProblem: refuse });
  [answer, picker, pad, sending, keys, images].forEach(lifetime.own);
  render();

  /** @param {import("./picture.js").Picture} picture put in place of what is there */
  function lay(picture) {
    clear(state.ink);
    forget(state.slot); // An answer that comes late is about what was there before.
    state.picture = picture;
    paint();
    ask();
  }

  function takeBack() {
    if (state.picture) state.picture = null;
    else if (!undo(state.ink)) return;
    changed();
  }

  function takeAll() {
    if (!clear(state.ink) && !state.picture && !state.problem && !state.refused) return;
    state.picture = null;
    changed();
  }

  function changed() {
    paint();
    forget(state.slot);
    ask();
  }

  return {
    /** Put a digit on the pad as it is. @param {Uint8Array} pixels 28 × 28, 0 = paper */
    put: (pixels) => lay({ pixels }),

    /** The same with a digit of a dataset. @param {string} address where to fetch it from */
    async fetch(address) {
      try {
        const onFault = (/** @type {Error} */ error) => refuse(error.message);
        const isWanted = () => !hasDrawing(state) && !signal.aborted;
        const { pixels } = await untilAnswered(() => get(address), { isWanted, onFault, signal });
        if (pixels && isWanted()) lay({ pixels: bytesOf(pixels) });
      } catch (error) {
        if (!hasDrawing(state)) refuse(/** @type {Error} */ (error).message);
      }
    },

    /** The Studio looks at these weights of the run. @param {import("./choice.js").Epoch} epoch */
    useEpoch(epoch) {
      state.choice.epoch = epoch;
      if (epochOf(state.choice) === epoch) askAgain();
    },

    /**
     * The Studio looks at this run now; the pad follows.
     * @param {string | null} runId
     */
    async use(runId) {
      state.notice = "";
      state.choice.followed = runId;
      state.choice.chosen = null;
      state.choice.epoch = "newest";
      askAgain();
      if (runId === null || state.choice.runs.get(runId)) return;
      // Older than the list: ask for it alone.
      try {
        const question = () => get(`/api/runs/${encodeURIComponent(runId)}`);
        const isWanted = () => state.choice.followed === runId;
        socket.runs.learn(await untilAnswered(question, { isWanted, signal }));
      } catch {
        // The Watch column says why. The pad goes back to the newest run that can answer.
        if (state.choice.followed === runId && !state.choice.runs.get(runId)) {
          state.choice.followed = null;
          askAgain();
        }
      }
    },
    dispose: lifetime.dispose,
  };
}
