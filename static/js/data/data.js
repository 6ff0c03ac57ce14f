// @ts-check
/** The Data page: one state, fed by the server and the reader's hand; `render` repaints it. */

import { createAddress } from "../address.js";
import { DATA } from "../addresses.js";
import { untilAnswered } from "../again.js";
import { get } from "../api.js";
import { oncePerFrame } from "../dom.js";
import { _ } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { alone } from "../mount.js";
import { part, setText } from "../parts.js";
import { connect } from "../socket.js";
import { mountWorkers } from "../workers.js";
import { createAugment } from "./augment.js";
import { mountChoices } from "./choices.js";
import { createCounts } from "./counts.js";
import { createDigit } from "./digit.js";
import { createGrid } from "../tiles/grid.js";
import { createMeans } from "./means.js";
import { createMissing } from "./missing.js";
import { PAGE, createPages } from "../tiles/pages.js";
import { bytesOf, imageOf } from "../pixels.js";
import { countOf, createState } from "./state.js";
import { createValues } from "./values.js";

/** @typedef {import("./state.js").Looking} Looking */
/** @typedef {import("./state.js").Page} Page */

const root = /** @type {HTMLElement} */ (document.getElementById("main"));
const lifetime = createLifetime();
const address = lifetime.own(createAddress(DATA));
const state = createState(address.get());
const { signal } = lifetime;
const render = oncePerFrame(draw, signal);
const socket = lifetime.own(connect());
/** Counts the questions for datasets: only the last is asked until it is answered. */
let begun = 0;
/** Those of the dataset, part and digit shown. */
let pages = /** @type {ReturnType<typeof createPages<Page>> | null} */ (null);

const choices = lifetime.own(
  mountChoices(root, (change) => address.choose({ ...change, label: null, at: 0 })),
);
/** @type {import("../tiles/grid.js").Options<Page>} */
const options = {
  least: 44,
  words: (page, place) => [String(page.labels[place])],
  onMove: (at) => address.choose({ at }),
  onPress: (at) => address.choose({ at }),
  describe: ({ count, at }) =>
    _("No. %(n)s of %(count)s: digit %(digit)s", {
      n: at + 1,
      count,
      digit: state.digit?.label ?? "…",
    }),
};
const grid = lifetime.own(createGrid(root, options));
/** @param {string} name of a part */
const sectionOf = (name) => /** @type {HTMLElement} */ (part(root, name).closest("section"));
const views = [
  alone(part(root, "counts"), () =>
    createCounts(root, (label) => address.choose({ label, at: 0 })),
  ),
  alone(part(root, "one"), () => createDigit(root)),
  alone(sectionOf("means"), () => createMeans(root)),
  alone(sectionOf("ranges"), () => createValues(root)),
  alone(part(root, "augment"), () => createAugment(root)),
];
views.forEach(lifetime.own);
const missing = createMissing(root, render);

lifetime.own(mountWorkers(socket.runs));
lifetime.atEnd(() => turnTo(null));
lifetime.atEnd(socket.onDataset(takeNews));
part(root, "again").addEventListener("click", tryAgain, { signal });
lifetime.atEnd(
  address.subscribe((now, _before, how) => {
    if (how !== "corrected") remark("");
    show(now);
  }),
);
if (address.mend().length) remark(missingText());
void begin();

/** End the page's parts and its connection. */
export const { dispose } = lifetime;

/** @param {import("../types.js").DatasetEvent} event */
function takeNews(event) {
  state.downloads.set(event.name, event);
  if (event.state === "available") void begin();
  else if (!missing.move(event)) render();
}

function tryAgain() {
  state.problem = "";
  pages?.retry();
  if (!state.statistics) void begin();
  render();
}

/** @param {Error} error */
function onFault(error) {
  state.problem = error.message;
  render();
}

/** Learn which datasets there are, and show one that is here. */
async function begin() {
  const mine = ++begun;
  try {
    const catalog = /** @type {import("../types.js").Catalog} */ (
      await untilAnswered(() => get("/api/catalog"), {
        isWanted: () => mine === begun,
        onFault,
        signal,
      })
    );
    state.problem = "";
    state.datasets = catalog.datasets;
    state.titles = new Map(catalog.layers.map(({ type, title }) => [type, title]));
  } catch (error) {
    if (mine === begun) onFault(/** @type {Error} */ (error));
    return;
  }
  if (signal.aborted) return;
  const known = state.datasets.some(({ name }) => name === state.dataset);
  const here = state.datasets.filter(({ available }) => available);
  const best = here.find(({ name }) => name === "mnist") ?? here[0];
  if (state.dataset && !known) remark(missingText());
  if (known) show(address.get(), true);
  else address.correct({ dataset: best.name });
}

/**
 * Show the dataset, the part, the digit and the place that the address names.
 * @param {import("./state.js").Named} now
 * @param {boolean} [isAnew] whether the dataset is measured in any case
 */
function show(now, isAnew = now.dataset !== state.dataset) {
  const before = listOf(state);
  Object.assign(state, now);
  if (isAnew) void measure(state.dataset);
  if (isAnew || listOf(state) !== before) turnTo(state.statistics ? pagesOfList() : null);
  choose();
  render();
}

function missingText() {
  return _("The address refers to something that does not exist.");
}

/** Say why something else is shown than the address named. @param {string} sentence */
function remark(sentence) {
  setText(part(root, "remark"), sentence);
  part(root, "remark").hidden = !sentence;
}

/** @param {import("../tiles/pages.js").Pages<Page> | null} others */
function turnTo(others) {
  pages?.dispose();
  pages = others;
}

/** What `pages` holds. @param {Looking} looking */
const listOf = ({ dataset, part: half, label }) => `${dataset} ${half} ${label}`;

/** Fetch the statistics, which hold the number of digits. @param {string} name */
async function measure(name) {
  state.statistics = null;
  state.problem = "";
  if (!isHere(name)) return;
  const isWanted = () => name === state.dataset && !state.statistics && !signal.aborted;
  try {
    const question = () => get(`${addressOfSet(name)}/statistics`);
    const statistics = await untilAnswered(question, { isWanted, onFault, signal });
    if (!isWanted()) return;
    state.statistics = statistics;
    state.problem = "";
    turnTo(pagesOfList());
    address.correct({ at: Math.min(state.at, Math.max(countOf(state) - 1, 0)) });
    choose();
  } catch (error) {
    if (isWanted()) state.problem = /** @type {Error} */ (error).message;
  }
  render();
}

/** @param {string} name */
const isHere = (name) => state.datasets.some((one) => one.name === name && one.available);

/** @param {string} name */
const addressOfSet = (name) => `/api/datasets/${encodeURIComponent(name)}`;

/** Pages of the list as it is chosen now. */
function pagesOfList() {
  const { dataset, part: half, label } = state;
  const query = `part=${half}&limit=${PAGE}${label === null ? "" : `&label=${label}`}`;
  const mine = createPages(
    async (number) => {
      const offset = number * PAGE;
      const answer = await get(`${addressOfSet(dataset)}/digits?${query}&offset=${offset}`);
      return /** @type {Page} */ ({ ...answer, pixels: bytesOf(answer.pixels) });
    },
    () => {
      if (mine !== pages) return;
      state.problem = mine.problem()?.message ?? "";
      choose();
      render();
    },
  );
  return mine;
}

/** Take the chosen digit from its page, as soon as that is here. */
function choose() {
  const count = countOf(state);
  const found = count ? pages?.find(state.at) : null;
  if (count && !found) pages?.want(state.at, state.at + 1, count);
  const { page, place } = found ?? { page: null, place: 0 };
  const index = page?.indices[place];
  if (!page || index === undefined) state.digit = null;
  else if (state.digit?.index !== index || !fresh(page, place)) {
    state.digit = { index, label: page.labels[place], image: imageOf(page.pixels, place) };
  }
}

/** Whether the digit chosen is this very one. @param {Page} page @param {number} place */
const fresh = (page, place) =>
  state.digit?.image.buffer === page.pixels.buffer && state.digit.label === page.labels[place];

function draw() {
  const here = isHere(state.dataset);
  choices.draw(state);
  missing.draw(state, here);
  part(root, "trouble").hidden = !state.problem;
  setText(part(root, "problem"), state.problem);
  part(root, "whole").hidden = !here || !state.statistics;
  const waiting = part(root, "waiting");
  waiting.hidden = Boolean(state.statistics || state.problem || (state.datasets.length && !here));
  setText(waiting, _("Loading the digits…"));
  if (!state.statistics) return;
  grid.draw({ count: countOf(state), at: state.at, key: listOf(state) }, pages);
  for (const view of views) view.draw(state);
}
