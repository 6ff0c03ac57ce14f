// @ts-check
/** The lessons, wired. */
import { createAddress } from "../address.js";
import { LESSONS } from "../addresses.js";
import { untilAnswered } from "../again.js";
import { ApiError, get } from "../api.js";
import { oncePerFrame } from "../dom.js";
import { _, ngettext } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { alone } from "../mount.js";
import { part, setText } from "../parts.js";
import { within } from "../root.js";
import { deletedWords } from "../runstore.js";
import { connect } from "../socket.js";
import { storage } from "../storage.js";
import { mountWorkers } from "../workers.js";
import { createAsking } from "./asking.js";
import { createLesson } from "./lesson.js";
import { createRows, createStrand } from "./overview.js";
import { mountProjector } from "./projector.js";
import { mountSize } from "./size.js";
import { isOurs, mayBeOurs, runsOf } from "./found.js";
import { everything, missing } from "./training.js";
import * as states from "./state.js";
import { loadEarly, loadGuesses, loadSize, saveEarly, saveGuesses, saveSize } from "./storage.js";
import { outcomeWords, veilWords } from "./words.js";

/** @typedef {ReturnType<typeof createLesson>} LessonView */

const root = /** @type {HTMLElement} */ (document.getElementById("main"));
const find = (/** @type {string} */ name) => part(root, name);
const whose = /** @type {HTMLSelectElement|null} */ (root.querySelector('[data-part="whose"]'));
const lifetime = createLifetime();
const { signal } = lifetime;
const address = lifetime.own(createAddress(LESSONS));
const repaint = oncePerFrame(render, signal);
const socket = lifetime.own(connect());
const { runs } = socket;

/** @type {states.State|null} */
let state = null;
/** @type {ReturnType<typeof createAsking>|null} */
let asking = null;
/** @type {string|null} */
let trouble = null;
/** @type {LessonView|null} */
let shownLesson = null;
/** @type {ReturnType<typeof mountSize>|null} */
let sizes = null;
/** Whether the moral of the slide that is gone to is shown at once. */
let isRevealed = false;

const to = (/** @type {number} */ number) => address.to({ number });
const acts = { guess, run: runLesson, early, go: follow, to };
const views = [
  alone(find("strand"), () => createStrand(find("strand"), acts)),
  alone(find("rows"), () => createRows(find("rows"), acts)),
  alone(find("lesson"), () => (shownLesson = createLesson(find("lesson"), acts))),
];
views.forEach(lifetime.own);

/** @param {number} number of the lesson @param {number|null} index of the guess; null: none */
function guess(number, index) {
  if (!state) return;
  const { [number]: _old, ...others } = state.guesses;
  state.guesses = index === null ? others : { ...others, [number]: index };
  saveGuesses(storage, state.guesses);
  if (index === null) keepEarly([...state.early].filter((one) => one !== number));
  render();
  if (index === null) find("guesses").querySelector("button")?.focus();
  else sayLesson();
}

/** Show a lesson before there is a result. @param {number} number */
function early(number) {
  if (!state) return;
  keepEarly([...state.early, number]);
  render();
  sayLesson();
  shownLesson?.focus();
}

/** @param {number[]} numbers of the lessons to show before there is a result */
function keepEarly(numbers) {
  if (!state) return;
  state.early = new Set(numbers);
  saveEarly(storage, state.early);
}

/** Go to a lesson without loading the page again. @param {MouseEvent} event */
function follow(event) {
  const link = /** @type {Element} */ (event.target).closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (!within(new URL(link.href).pathname).startsWith("/lessons")) return;
  event.preventDefault();
  go({ number: address.read(link.href).number });
}

/** @param {Partial<states.Place>} change @param {boolean} [revealed] */
function go(change, revealed = false) {
  isRevealed = revealed;
  address.choose(change);
  isRevealed = false;
}

/**
 * Show what the address names now.
 * @param {states.Place} place
 * @param {states.Place} before
 * @param {import("../address.js").How} how
 */
function arrive(place, before, how) {
  if (!state) return;
  Object.assign(state, { place, revealed: isRevealed });
  const isOther = place.number !== before.number || place.projector !== before.projector;
  if (how !== "corrected") remark("");
  turnTo(place, place.whose !== before.whose);
  render();
  if (isOther && how === "chosen") window.scrollTo(0, 0); // Else the browser finds the place again.
  if (isOther && place.number !== null) shownLesson?.focus();
  void asking?.courses();
}

/**
 * Other runs count where it is another size.
 * @param {states.Place} place
 * @param {boolean} isOthers whether those of others count now, or no longer
 */
function turnTo(place, isOthers) {
  if (!state) return;
  const size = sizeOf(state.answer, place);
  if (whose) whose.value = place.whose ?? "mine";
  if (size === state.size && !isOthers) return;
  state.size = size;
  sizes?.show(size);
  changeRuns();
}

/** @param {states.Answer} answer @param {states.Place} place */
const sizeOf = (answer, { size }) =>
  size !== null && states.hasSize(answer, size) ? size : answer.default_size;

/** Train what a lesson needs and has not been trained; where all is there, once more. */
function runLesson(/** @type {states.Lesson} */ shown) {
  if (!state) return;
  const names = states.experimentsOf(shown);
  const still = missing(state, names);
  const known = still.length ? names.filter((name) => !still.includes(name)) : [];
  void train(still.length ? still : names, known);
}

/** @param {string[]} names @param {string[]} [known] */
async function train(names, known = []) {
  if (!state || !asking) return;
  Object.assign(state, { sending: true });
  show(null);
  try {
    await asking.train(names, known);
    say(ngettext("%(n)s run is queued.", "%(n)s runs are queued.", names.length));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    trouble = error.fields[0]?.message ?? error.message;
  } finally {
    Object.assign(state, { sending: false });
    repaint();
  }
}

/** @param {string} text */
const say = (text) => setText(find("said"), text);

/** Say why something else is shown than the address named. @param {string} text */
function remark(text) {
  setText(find("remark"), text);
  find("remark").hidden = !text;
}

/** Say what a lesson shows now: the outcome, or what is still to do. */
function sayLesson() {
  const shown = state && states.lessonOf(state);
  if (!state || !shown) return;
  say((states.isOpen(state, shown) ? outcomeWords : veilWords)(state, shown));
}

/** @param {string|null} text why something is not there; null: nothing is amiss */
function show(text) {
  trouble = text;
  repaint();
}

function render() {
  find("waiting").hidden = Boolean(state) || Boolean(trouble);
  find("trouble").hidden = !trouble;
  setText(find("trouble"), trouble ?? "");
  if (!state) return;
  const { place } = state;
  const all = missing(state, everything(state));
  root.dataset.view = place.number === null ? "overview" : "lesson";
  document.body.classList.toggle("projecting", place.projector);
  find("frame").hidden = false;
  find("overview").hidden = place.number !== null;
  find("forget").hidden = !Object.keys(state.guesses).length;
  find("all").hidden = place.number !== null || !all.length;
  part(root, "all", HTMLButtonElement).disabled = state.sending;
  for (const view of views) view.draw(state);
  const shown = states.lessonOf(state);
  document.title = `${shown ? `${shown.number} · ${shown.title}` : _("Lessons")} · Inkling`;
}

/** Whether only the reader's own runs count; others have theirs only where the server is shared. */
const isMine = () => whose?.value === "mine";

/** Other runs count from now on. */
function changeRuns() {
  if (state) state.found = {};
  repaint();
  void asking?.runs();
}

async function begin() {
  const onFault = (/** @type {Error} */ error) => show(error.message);
  /** @type {states.Answer} */
  const answer = await untilAnswered(() => get("/api/lessons"), { onFault, signal });
  if (signal.aborted) return;
  complete(answer);
  const place = address.get();
  if (whose) whose.value = place.whose ?? "mine";
  state = {
    answer,
    place,
    size: sizeOf(answer, place),
    found: {},
    get runs() {
      return runsOf(this.found, runs);
    },
    courses: new Map(),
    answers: new Map(),
    guesses: loadGuesses(storage, answer.lessons),
    early: loadEarly(storage),
    revealed: false,
    sending: false,
  };
  asking = lifetime.own(createAsking(state, runs, { isMine, onTrouble: show, onChange: repaint }));
  sizes = lifetime.own(mountSize(root, answer.sizes, state.size, changeSize));
  repaint();
  await asking.runs();
}

/** Let the address name all that is shown, so that its copy shows the same. @param {states.Answer} answer */
function complete(answer) {
  if (address.mend().length) remark(_("The address refers to something that does not exist."));
  const { number, projector, size } = address.get();
  if (projector && number === null) address.correct({ number: 1 });
  if (size !== null && states.hasSize(answer, size)) return;
  if (size !== null) remark(_("The address refers to images that are not on this machine."));
  const kept = loadSize(storage);
  const isUsual = kept === answer.default_size || !states.hasSize(answer, kept);
  address.correct({ size: isUsual ? null : kept });
}

/** @param {string} size */
function changeSize(size) {
  if (!state) return;
  saveSize(storage, size);
  address.choose({ size: size === state.answer.default_size ? null : size });
}

/** Other runs count from now on. */
function changeWhose() {
  address.choose({ whose: isMine() ? null : "all" });
}

function forgetGuesses() {
  if (!state) return;
  state.guesses = {};
  saveGuesses(storage, {});
  keepEarly([]);
  repaint();
}

function runAll() {
  if (state) void train(missing(state, everything(state)));
}

/** @param {boolean} revealed */
function reveal(revealed) {
  Object.assign(state ?? {}, { revealed });
  render();
}

/** @type {import("../runstore.js").Listener} */
const listener = {
  onRun(run) {
    if (!state) return;
    if (!isOurs(state, run.id)) {
      if (mayBeOurs(state, run) && (run.owner.mine || !isMine())) asking?.runsSoon();
      return;
    }
    asking?.coursesSoon();
    repaint();
  },
  onDeleted(run, id) {
    if (!state || !isOurs(state, id)) return;
    setText(find("deleted"), `${run?.name ?? ""}: ${deletedWords()}`);
    find("deleted").hidden = false;
    asking?.runsSoon(); // An older run may take its place.
    repaint();
  },
  onSynced: () => asking?.runsSoon(),
};

whose?.addEventListener("change", changeWhose, { signal });
lifetime.atEnd(address.subscribe(arrive));
find("home").addEventListener("click", follow, { signal });
find("forget").addEventListener("click", forgetGuesses, { signal });
find("all").addEventListener("click", runAll, { signal });
lifetime.own(mountProjector(find("project"), { state: () => state, go, reveal }));
lifetime.own(mountWorkers(runs));
lifetime.atEnd(socket.onState((link) => (find("offline").hidden = link === "online")));
lifetime.atEnd(runs.subscribe(listener));
begin().catch((error) => {
  if (signal.aborted) return;
  if (!(error instanceof ApiError)) throw error;
  show(error.message);
});

/** End the page's parts and its connection. */
export const { dispose } = lifetime;
