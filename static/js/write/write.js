// @ts-check
/** The Write column: one state, fed by the pen and the server; `render` repaints it. */

import { pauseAfter, untilAnswered } from "../again.js";
import { ApiError, get, reasonOf } from "../api.js";
import { _ } from "../i18n.js";
import { oncePerFrame } from "../dom.js";
import { drawing } from "../drawing.js";
import { chosenEpoch } from "../moment.js";
import { part, setText } from "../parts.js";
import { bytesOf, rowsOf } from "../pixels.js";
import { createAnswer } from "./answer.js";
import { createSlot, forget, isWaiting, resume, settle, want } from "./slot.js";
import { canAnswer, createChoice, epochOf, letGo, target } from "./choice.js";
import { clear, copy, createInk, isEmpty, undo } from "./ink.js";
import { mountImages } from "./images.js";
import { mountKeys } from "./keys.js";
import { mountPad } from "./pad.js";
import { createPicker } from "./picker.js";
import { deletedWords } from "../runstore.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {{run_id: string, epoch?: string | number, strokes?: number[][][], image?: string,
 *   pixels?: number[][]}} Question */

/**
 * @typedef {object} Writing
 * @property {import("./ink.js").Ink} ink
 * @property {import("./picture.js").Picture | null} picture an image in place of ink
 * @property {import("./choice.js").Choice} choice who answers
 * @property {import("./slot.js").RequestSlot<Question>} slot
 * @property {{to: string, said: import("../types.js").Prediction} | null} answer the newest, and
 *   the id of the run that gave it
 * @property {string} problem why there is no answer to what is on the pad, or ""
 * @property {string} refused why something was not put on the pad, or ""
 * @property {string} notice that the run asked was deleted, or ""
 */

/** Refusals that pass by themselves: the ink is sent again. */
const PASSING = new Set(["unreachable", "predictor_unavailable", "too_many_requests"]);

/** Longer waits than this are shown; shorter ones would only flicker. */
const PATIENCE_MS = 400;

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
  };
  const answer = createAnswer(root);
  const picker = createPicker(part(root, "choice", HTMLSelectElement), (runId) => {
    state.choice.chosen = runId;
    state.notice = "";
    askAgain();
  });
  const paint = mountPad(part(root, "pad", HTMLCanvasElement), state, {
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
  const render = oncePerFrame(() => draw(root, state, { answer, picker }));
  /** What lay on the pad before the stroke under way. */
  let covered = state.picture;
  let patience = 0;
  let retry = 0;
  let failures = 0;

  /** Ask what the paper shows now; a run that cannot answer yet is asked when it can. */
  function ask() {
    state.problem = state.refused = "";
    const question = questionOf(state);
    if (question) start(want(state.slot, question));
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

  /** @param {Question | null} question */
  async function start(question) {
    if (!question) return;
    window.clearTimeout(patience);
    patience = window.setTimeout(() => root.classList.add("waiting-long"), PATIENCE_MS);
    let said = null;
    let problem = "";
    let passes = false;
    let wait = 0;
    try {
      said = await socket.predict(question);
      failures = 0;
    } catch (error) {
      problem = error instanceof ApiError ? reasonOf(error) : _("The answer cannot be had now.");
      if (error instanceof ApiError) wait = error.retryAfter;
      passes = error instanceof ApiError && PASSING.has(error.code);
      if (passes && !wait) again(question);
    }
    window.clearTimeout(patience);
    root.classList.remove("waiting-long");
    if (wait) return goOn(wait, problem);
    const { wanted, next } = settle(state.slot);
    if (wanted) {
      state.problem = problem;
      if (said) {
        state.answer = { to: question.run_id, said };
        drawing.set(said.input);
      } else if (!passes) {
        state.answer = null;
        drawing.set(null);
      }
    }
    void start(next);
    render();
  }

  /** The server said when to go on: the newest ink is sent then. @param {number} seconds */
  function goOn(seconds, problem = "") {
    if (!state.slot.stale) state.problem = problem;
    window.setTimeout(() => void start(resume(state.slot)), seconds * 1000);
    render();
  }

  /** @param {Question} question sent again later, unless a newer one was sent meanwhile */
  function again(question) {
    window.clearTimeout(retry);
    retry = window.setTimeout(() => {
      if (state.problem && !isWaiting(state.slot) && !state.ink.down)
        start(want(state.slot, question));
    }, pauseAfter(++failures));
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

  socket.onState((link) => {
    if (link === "online" && state.problem && hasDrawing(state)) ask();
  });
  socket.runs.subscribe({
    onRun: receive,
    onDeleted(_run, id) {
      const wasAsked = letGo(state.choice, id);
      if (wasAsked || state.answer?.to === id) {
        state.answer = null;
        askAgain();
        state.notice = deletedWords();
      }
      render();
    },
  });
  part(root, "undo").addEventListener("click", takeBack);
  part(root, "clear").addEventListener("click", takeAll);
  mountKeys(root, { undo: takeBack, clear: takeAll });
  mountImages(root, {
    onPicture: lay,
    onProblem: refuse,
  });
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
        const isWanted = () => !hasDrawing(state);
        const { pixels } = await untilAnswered(() => get(address), { isWanted, onFault });
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
     * @param {string} runId
     */
    async use(runId) {
      state.notice = "";
      state.choice.followed = runId;
      state.choice.chosen = null;
      state.choice.epoch = "newest";
      askAgain();
      if (state.choice.runs.get(runId)) return;
      // Older than the list: ask for it alone.
      try {
        const question = () => get(`/api/runs/${encodeURIComponent(runId)}`);
        const isWanted = () => state.choice.followed === runId;
        socket.runs.learn(await untilAnswered(question, { isWanted }));
      } catch {
        // The Watch column says why. The pad goes back to the newest run that can answer.
        if (state.choice.followed === runId && !state.choice.runs.get(runId)) {
          state.choice.followed = null;
          askAgain();
        }
      }
    },
  };
}

/** Whether the run that is chosen answers. @param {import("./choice.js").Choice} choice */
const mayAsk = (choice) => canAnswer(choice.runs.get(target(choice)));

/** @param {Writing} state */
function hasDrawing(state) {
  return state.picture !== null || !isEmpty(state.ink);
}

/**
 * @param {Writing} state
 * @returns {Question | null} null while there is nothing to ask, or no model to answer
 */
function questionOf({ ink, picture, choice }) {
  const runId = target(choice);
  if (runId === null || !mayAsk(choice)) return null;
  const whom = { run_id: runId, ...chosenEpoch(epochOf(choice)) };
  if (picture && "pixels" in picture) return { ...whom, pixels: rowsOf(picture.pixels) };
  if (picture) return { ...whom, image: picture.url };
  return isEmpty(ink) ? null : { ...whom, strokes: copy(ink) };
}

/**
 * @param {HTMLElement} root
 * @param {Writing} state
 * @param {{answer: ReturnType<typeof createAnswer>, picker: ReturnType<typeof createPicker>}} views
 */
function draw(root, state, { answer, picker }) {
  const drawn = hasDrawing(state);
  for (const name of ["undo", "clear"]) part(root, name, HTMLButtonElement).disabled = !drawn;
  part(root, "invite").hidden = drawn;
  picker.draw(state.choice);
  const shown = drawn ? state.answer : null;
  answer.draw(
    shown?.said ?? null,
    sourceOf(state, shown),
    !isWaiting(state.slot) && !state.ink.down,
  );
  const isRefused = Boolean(state.problem || state.refused);
  // An answer that no newer one follows may be about other ink.
  const isOld = shown !== null && !mayAsk(state.choice);
  part(root, "reply").classList.toggle("outdated", isRefused || isOld);
  const hint = hintOf(state);
  part(root, "hint").hidden = !hint;
  part(root, "hint").classList.toggle("fault", isRefused);
  setText(part(root, "hint"), hint);
}

/**
 * @param {Writing} state
 * @param {Writing["answer"]} shown
 */
function sourceOf({ choice }, shown) {
  if (!shown) return "";
  const run = choice.runs.get(shown.to);
  if (!run) return "";
  if (run.source === "imported") return run.name;
  return _("%(name)s, epoch %(n)s", { name: run.name, n: shown.said.epoch });
}

/** @param {Writing} state */
function hintOf(state) {
  const sentence = state.refused || state.problem || state.notice;
  if (sentence) return sentence;
  const runId = target(state.choice);
  if (runId === null)
    return _("Train a network first, or choose one: then it answers while you write.");
  const run = state.choice.runs.get(runId);
  if (!run || canAnswer(run)) return "";
  if (run.status === "failed")
    return _("This run failed before its first epoch. Choose another one.");
  return _("This network waits for its turn to train. Write on: it answers as soon as it begins.");
}
