// @ts-check
/** The lessons, wired. */
import { untilAnswered } from "../again.js";
import { ApiError, get, post } from "../api.js";
import { atMostEvery, el, oncePerFrame } from "../dom.js";
import { _, ngettext } from "../i18n.js";
import { alone } from "../mount.js";
import { part, setText } from "../parts.js";
import { deletedWords } from "../runstore.js";
import { connect } from "../socket.js";
import { storage } from "../storage.js";
import { mountWorkers } from "../workers.js";
import { createLesson } from "./lesson.js";
import { createRows, createStrand } from "./overview.js";
import { fillScreen, leaveScreen, mountKeys } from "./projector.js";
import * as states from "./state.js";
import { loadEarly, loadGuesses, loadSize, saveEarly, saveGuesses, saveSize } from "./storage.js";
import { within } from "../root.js";

/** @typedef {import("../types.js").Run} Run */

const root = /** @type {HTMLElement} */ (document.getElementById("main"));
const find = (/** @type {string} */ name) => part(root, name);
const repaint = oncePerFrame(render);
const socket = connect();
const { runs } = socket;

const whose = /** @type {HTMLSelectElement|null} */ (root.querySelector('[data-part="whose"]'));

/** @type {states.State|null} */
let state = null;
/** @type {string|null} */
let trouble = null;

/** @type {ReturnType<typeof createLesson>|null} */
let shownLesson = null;

const strand = alone(find("strand"), () => createStrand(find("strand"), follow));
const rows = alone(find("rows"), () => createRows(find("rows"), follow));
const lesson = alone(find("lesson"), () => {
  const acts = {
    guess,
    run: (/** @type {states.Lesson} */ one) => void runLesson(one),
    early,
    go: follow,
  };
  return (shownLesson = createLesson(find("lesson"), acts));
});

/** @param {number} number of the lesson @param {number|null} index of the guess; null: none */
function guess(number, index) {
  if (!state) return;
  const { [number]: _old, ...others } = state.guesses;
  state.guesses = index === null ? others : { ...others, [number]: index };
  saveGuesses(storage, state.guesses);
  if (index === null) keepEarly([...state.early].filter((one) => one !== number));
  render();
  if (index !== null) say(find(find("reveal").hidden ? "veil-words" : "verdict").textContent);
}

/** Show a lesson before there is a result. @param {number} number */
function early(number) {
  if (!state) return;
  keepEarly([...state.early, number]);
  render();
  say(find("verdict").textContent);
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
  go(states.placeOf(link.href));
}

/** @param {states.Place} place @param {boolean} [revealed] */
function go(place, revealed = false) {
  if (!state) return;
  state.place = place;
  state.revealed = revealed;
  history.pushState(null, "", states.addressOf(place));
  arrive();
}

/** What follows from being somewhere else. */
function arrive() {
  render();
  window.scrollTo(0, 0);
  shownLesson?.focus();
  void fetchCourses();
}

/** Train what a lesson needs and nobody has trained; where all is there, once more. */
async function runLesson(/** @type {states.Lesson} */ shown) {
  if (!state) return;
  const names = states.experimentsOf(shown);
  const still = states.missing(state, names);
  const known = still.length ? names.filter((name) => !still.includes(name)) : [];
  await train(still.length ? still : names, known, find("run"));
}

/** @param {string[]} names @param {string[]} known @param {HTMLButtonElement} button */
async function train(names, known, button) {
  if (!state) return;
  const seed = states.seedFor(state, names, known);
  button.disabled = true;
  trouble = null;
  try {
    for (const name of names) {
      const run = await post("/api/runs", states.configFor(state, name, seed));
      state.found = { ...state.found, [name]: [run.id, ...(state.found[name] ?? [])] };
      runs.learn(run);
      states.readRuns(state, runs);
    }
    say(ngettext("%(n)s run is queued.", "%(n)s runs are queued.", names.length));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    trouble = error.fields[0]?.message ?? error.message;
  }
  button.disabled = false;
  repaint();
}

/** @param {string} text */
function say(text) {
  setText(find("said"), text);
}

/** Counts the questions for runs: only the last is asked until it is answered. */
let asked = 0;

/** The newest runs of each experiment; also what others on this server have trained. */
async function fetchRuns() {
  if (!state) return;
  const { size } = state;
  const mine = ++asked;
  const answer = await untilAnswered(
    () => get(`/api/lessons/runs?size=${size}${isMine() ? "&mine=1" : ""}`),
    {
      isWanted: () => mine === asked,
      onFault,
    },
  );
  if (mine !== asked) return;
  const found = /** @type {[string, Run[]][]} */ (Object.entries(answer.runs));
  state.found = Object.fromEntries(found.map(([name, of]) => [name, of.map(({ id }) => id)]));
  for (const run of found.flatMap(([, of]) => of)) runs.learn(run);
  states.readRuns(state, runs);
  trouble = null;
  repaint();
  await fetchCourses();
}

/** Whether only the reader's own runs count; others have theirs only where the server is shared. */
const isMine = () => whose?.value === "mine";

whose?.addEventListener("change", () => {
  if (!state) return;
  Object.assign(state, { found: {}, runs: {} });
  repaint();
  void guarded(fetchRuns);
});

const refresh = atMostEvery(3000, () => void guarded(fetchRuns));

/** @type {Map<string, string>} what was asked of a run already */
const fetched = new Map();

/** The epochs of the lesson's runs, and what they answer: of each again only when it has more. */
async function fetchCourses() {
  const shown = state && states.lessonOf(state);
  if (!state || !shown) return;
  const names = states.experimentsOf(shown);
  const open = names.flatMap((name) => states.shown(state?.runs[name]) ?? []);
  const done = names.flatMap((name) => states.finished(state?.runs[name]) ?? []);
  await Promise.all([...new Set([...open, ...done])].map(fetchCourse));
}

/** @param {Run} run */
async function fetchCourse(run) {
  const mark = `${run.status} ${run.epoch}`;
  if (!state || !run.epoch || fetched.get(run.id) === mark) return;
  fetched.set(run.id, mark);
  const isWanted = () => fetched.get(run.id) === mark && !runs.isDeleted(run.id);
  try {
    await untilAnswered(() => askCourse(run), { isWanted });
  } catch (error) {
    if (isWanted()) throw error;
  }
  repaint();
}

/** @param {Run} run */
async function askCourse({ id, status, test }) {
  const path = `/api/runs/${encodeURIComponent(id)}`;
  const { epochs } = await get(`${path}/curve?most=400`);
  state?.courses.set(id, { accuracy: epochs.accuracy, seconds: epochs.seconds });
  if (status !== "finished" || (test?.accuracy ?? 1) > LOW) return;
  const { confusion } = await get(`${path}/evaluation`);
  const digits = confusion[0].map((/** @type {number} */ _count, /** @type {number} */ digit) =>
    confusion.reduce(
      (/** @type {number} */ sum, /** @type {number[]} */ row) => sum + row[digit],
      0,
    ),
  );
  state?.answers.set(id, digits);
}

/** A question will be asked again: why. @param {Error} error */
function onFault(error) {
  trouble = error.message;
  repaint();
}

/** A network with so low a test accuracy may give one answer to everything. */
const LOW = 0.2;

const fetchMore = atMostEvery(1000, () => void guarded(fetchCourses));

/** @param {() => Promise<void>} act */
async function guarded(act) {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    onFault(error);
  }
}

function render() {
  find("waiting").hidden = Boolean(state) || Boolean(trouble);
  find("trouble").hidden = !trouble;
  setText(find("trouble"), trouble ?? "");
  if (!state) return;
  const { place } = state;
  root.dataset.view = place.number === null ? "overview" : "lesson";
  document.body.classList.toggle("projecting", place.projector);
  find("frame").hidden = false;
  find("overview").hidden = place.number !== null;
  find("forget").hidden = !Object.keys(state.guesses).length;
  const all = states.missing(state, states.everything(state));
  find("all").hidden = place.number !== null || !all.length;
  strand.draw(state);
  rows.draw(state);
  lesson.draw(state);
  title();
}

function title() {
  const shown = state && states.lessonOf(state);
  const name = shown ? `${shown.number} · ${shown.title}` : _("Lessons");
  document.title = `${name} · Inkling`;
}

/** @param {states.State} ready */
function mountSize(ready) {
  const select = /** @type {HTMLSelectElement} */ (find("size"));
  const { sizes } = ready.answer;
  select.replaceChildren(
    ...sizes.map(({ name, title: text, available }) =>
      el(
        "option",
        { value: name, disabled: !available },
        available ? text : _("%(size)s: MNIST is not on this machine", { size: text }),
      ),
    ),
  );
  const show = () => {
    select.value = ready.size;
    setText(find("size-help"), sizes.find(({ name }) => name === ready.size)?.help ?? "");
  };
  select.addEventListener("change", () => {
    ready.size = select.value;
    ready.place = { ...ready.place, size: null };
    history.replaceState(null, "", states.addressOf(ready.place));
    saveSize(storage, ready.size);
    ready.found = {};
    ready.runs = {};
    show();
    repaint();
    void guarded(fetchRuns);
  });
  show();
}

function mountProjector() {
  const number = () => state?.place.number ?? 1;
  find("project").addEventListener("click", () => {
    if (!state) return;
    void fillScreen();
    go({ ...state.place, number: number(), projector: true });
  });
  const end = () => {
    if (!state) return;
    void leaveScreen();
    go({ ...state.place, projector: false });
  };
  mountKeys(
    () => Boolean(state?.place.projector),
    (step) => {
      const next = state && states.turn(state, step);
      if (!state || !next) return;
      if (next.number !== state.place.number)
        return go({ ...state.place, number: next.number }, next.revealed);
      state.revealed = next.revealed;
      render();
    },
    end,
  );
  // Esc leaves the full screen before any key is told: that is the end of the lecture too.
  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement && state?.place.projector) end();
  });
}

async function begin() {
  const answer = /** @type {states.Answer} */ (
    await untilAnswered(() => get("/api/lessons"), { onFault })
  );
  const asked = states.placeOf(location.href);
  const place = asked.projector ? { ...asked, number: asked.number ?? 1 } : asked;
  const size = states.sizeFor(answer, place.size, loadSize(storage));
  state = {
    answer,
    place,
    size,
    found: {},
    runs: {},
    courses: new Map(),
    answers: new Map(),
    guesses: loadGuesses(storage, answer.lessons),
    early: loadEarly(storage),
    revealed: false,
  };
  mountSize(state);
  repaint();
  await fetchRuns();
}

window.addEventListener("popstate", () => {
  if (!state) return;
  state.place = states.placeOf(location.href);
  state.revealed = false;
  arrive();
});
find("home").addEventListener("click", follow);
find("forget").addEventListener("click", () => {
  if (!state) return;
  state.guesses = {};
  saveGuesses(storage, {});
  keepEarly([]);
  repaint();
});
find("all").addEventListener("click", () => {
  if (state) void train(states.missing(state, states.everything(state)), [], find("all"));
});
mountProjector();

mountWorkers(runs);
socket.onState((link) => (find("offline").hidden = link === "online"));
runs.subscribe({
  onRun(run) {
    if (!state) return;
    if (!states.isOurs(state, run.id)) {
      if (states.mayBeOurs(state, run) && (run.owner.mine || !isMine())) refresh();
      return;
    }
    states.readRuns(state, runs);
    fetchMore();
    repaint();
  },
  onDeleted(run, id) {
    if (!state || !states.isOurs(state, id)) return;
    states.readRuns(state, runs);
    setText(find("deleted"), `${run?.name ?? ""}: ${deletedWords()}`);
    find("deleted").hidden = false;
    refresh(); // An older run may take its place.
    repaint();
  },
  onSynced() {
    if (state) refresh();
  },
});
void guarded(begin);
