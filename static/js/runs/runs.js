// @ts-check
/** The Runs screen, wired. */
import { createAddress } from "../address.js";
import { RUNS } from "../addresses.js";
import { ApiError, del, get, patch, post } from "../api.js";
import { ask } from "../control.js";
import { atMostEvery, oncePerFrame } from "../dom.js";
import { _, ngettext } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { byId, setText } from "../parts.js";
import { deletedWords } from "../runstore.js";
import { connect } from "../socket.js";
import { storage } from "../storage.js";
import { mountWorkers } from "../workers.js";
import { mountAsked } from "./asked.js";
import { createChosen, loadColumns, saveColumns } from "./chosen.js";
import { isSortable, nextSort } from "./columns.js";
import { createCompare } from "./compare.js";
import { createComparing } from "./comparing.js";
import { confirm } from "./confirm.js";
import { forget } from "./history.js";
import { createList } from "./list.js";
import { allColumns, mountPanel } from "./panel.js";
import { outcomeWords, removeAll } from "./removal.js";
import { createSorting } from "./sorting.js";
import { canCompare, createState, MOST_COMPARED, toggleAll, toggleSelected } from "./state.js";
import { mountUpload } from "./upload.js";
import { createView } from "./view.js";

/** @typedef {import("../types.js").Run} Run */

const lifetime = createLifetime();
const { signal } = lifetime;
const socket = lifetime.own(connect());
const { runs } = socket;
const state = createState();
const repaint = oncePerFrame(render, signal);
const address = lifetime.own(createAddress(RUNS));
const page = { runs, get, render: repaint };
const comparing = lifetime.own(createComparing(address, state, page));
const view = createView(runs, get, repaint);
const all = allColumns();
const columns = createChosen(all, roomFor);
const refresh = atMostEvery(1000, () => void view.refresh(), lifetime);
lifetime.own(view);

/** @type {import("./row.js").Acts & import("./list.js").Sorting} */
const acts = {
  select(run) {
    toggleSelected(state, run.id);
    comparing.follow();
    repaint();
  },
  startRename(run) {
    Object.assign(state, { renaming: run.id, fault: "" });
    list.focus(`name-${run.id}`);
    repaint();
  },
  cancelRename() {
    list.focus(`open-${state.renaming}`);
    state.renaming = null;
    repaint();
  },
  rename: (run, name) => void rename(run, name),
  remove: (run) => void remove(run),
  control: (run, act) => void control(run, act),
  onSort: (id) => sortBy(nextSort(view.state.question.sort, id)),
  onSelect() {
    toggleAll(state, view.state.ids);
    comparing.follow();
    repaint();
  },
};

const compare = lifetime.own(createCompare(byId("compare"), { onClose: closeCompare }));
const known = { runs, view, columns: columns.get };
const list = lifetime.own(createList(byId("list"), state, known, acts));
const columnActs = {
  onChange: (/** @type {string} */ id, /** @type {boolean} */ isShown) =>
    chooseColumns(columns.after(id, isShown)),
  onReset: () => chooseColumns([]),
};
const panel = lifetime.own(mountPanel(columnActs));
const sorting = lifetime.own(createSorting(byId("sorting"), all, sortBy));

/** @param {string} sort */
function sortBy(sort) {
  address.choose({ sort });
  repaint();
}

/** The reader chooses columns, here and for the next time. @param {string[]} ids none: the standard ones */
function chooseColumns(ids) {
  saveColumns(storage, ids);
  address.choose({ columns: ids });
}

/** Show the columns that the address names. */
function showColumns() {
  const { columns: named } = address.get();
  const there = columns.name(named);
  if (there.length !== named.length) address.correct({ columns: there });
  repaint();
}

/** The width of the list, which may not be there yet. */
function roomFor() {
  return byId("main").clientWidth - 50;
}

function onWidth() {
  columns.update();
  repaint();
}

function closeCompare() {
  comparing.close();
  byId("compare-button").focus();
}

/** @param {Run} run @param {string} name */
async function rename(run, name) {
  try {
    if (name !== run.name) runs.learn(await patch(path(run), { name }));
    list.focus(`open-${run.id}`);
    state.renaming = null;
    repaint();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    state.fault = error.fields[0]?.message ?? error.message;
    repaint();
  }
}

/** @param {Run} run */
async function remove(run) {
  const sure = await confirm(
    {
      title: _("Delete “%(run)s”?", { run: run.name }),
      text: _("Its curves and its model are removed from the server. This cannot be undone."),
      yes: _("Delete"),
    },
    signal,
  );
  if (!sure) return;
  try {
    await del(path(run));
    runs.remove(run.id);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    state.trouble = error.message;
  }
  repaint();
}

/** Delete all that are selected; what stays is said, and why. */
async function removeSelected() {
  const chosen = [...state.selected].flatMap((id) => runs.get(id) ?? []);
  const names = new Map(chosen.map(({ id, name }) => [id, name]));
  const { length } = chosen;
  const sure = await confirm(
    {
      title: ngettext("Delete %(n)s run?", "Delete %(n)s runs?", length),
      names: [...names.values()],
      text: _("Their curves and models are removed from the server. This cannot be undone."),
      yes: ngettext("Delete %(n)s run", "Delete %(n)s runs", length),
    },
    signal,
  );
  if (!sure) return;
  const ask = (/** @type {{runs: string[]}} */ body) => post("/api/runs/delete", body);
  state.removing = new Set(names.keys());
  const outcome = await removeAll([...names.keys()], ask, (ids, done) => {
    ids.forEach(runs.remove);
    if (done < length) tell(_("Deleting: %(n)s of %(m)s", { n: done, m: length }));
  });
  state.removing = new Set();
  const words = outcomeWords(outcome, (id) => names.get(id) ?? "");
  tell(outcome.kept.length ? "" : words);
  state.trouble = outcome.kept.length ? words : null;
  if (outcome.deleted.length) byId("deleted").focus();
  repaint();
}

/** @param {string} text what happened to runs, or "" */
function tell(text) {
  setText(byId("deleted"), text);
  byId("deleted").hidden = !text;
}

/** This browser gives up its runs, which stay, and forgets what it kept. */
async function forgetMe() {
  const sure = await confirm(
    {
      title: _("Forget me on this computer?"),
      text: _(
        "Your runs stay on the server, but are no longer yours; your draft, your guesses and your settings are removed from this browser.",
      ),
      yes: _("Forget me"),
    },
    signal,
  );
  if (!sure) return;
  try {
    await del("/api/owners");
    storage.clear();
    location.reload();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    state.trouble = error.message;
    repaint();
  }
}

/** @param {Run} run @param {import("../control.js").Act} act */
async function control(run, act) {
  state.trouble = null;
  try {
    runs.learn(await ask(run, act));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    state.trouble = `${run.name}: ${error.message}`;
  }
  list.focus(`menu-${run.id}`);
  repaint();
}

/** @param {Run} run */
const path = (run) => `/api/runs/${encodeURIComponent(run.id)}`;

function render() {
  list.render();
  const { size } = state.selected;
  const trouble = state.trouble ?? view.state.trouble;
  byId("trouble").hidden = !trouble;
  setText(byId("trouble"), trouble ?? "");
  byId("choice").hidden = size === 0;
  setText(byId("choice-count"), ngettext("%(n)s run selected", "%(n)s runs selected", size));
  byId("compare-button", HTMLButtonElement).disabled = !canCompare(size);
  const hint = hintWords(size);
  setText(byId("compare-hint"), hint);
  byId("compare-hint").hidden = !hint;
  setText(byId("delete-button"), ngettext("Delete %(n)s run", "Delete %(n)s runs", size));
  sorting.draw({ columns: columns.get(), sort: view.state.question.sort });
  panel.show(columns.ids());
  byId("more").hidden = !view.state.next;
  const chosen = [...state.selected].flatMap((id) => runs.get(id) ?? []);
  const isCompared = state.comparing && canCompare(chosen.length);
  byId("remark").hidden = !state.remark;
  setText(byId("remark"), state.remark);
  byId("compare").hidden = !isCompared;
  if (isCompared) compare.show(chosen);
  else compare.hide();
}

/** Why those selected cannot be compared, or "". @param {number} size */
function hintWords(size) {
  if (size === 1) return _("Select another one to compare.");
  if (size <= MOST_COMPARED) return "";
  return ngettext(
    "At most %(n)s run can be compared.",
    "At most %(n)s runs can be compared.",
    MOST_COMPARED,
  );
}

function openCompare() {
  comparing.open();
  requestAnimationFrame(() => {
    byId("compare").scrollIntoView({ block: "start" });
    byId("compare-title").focus({ preventScroll: true });
  });
}

function clearChoice() {
  state.selected.clear();
  comparing.follow();
  repaint();
}

addEventListener("resize", onWidth, { signal });
document.getElementById("forget-me")?.addEventListener("click", () => void forgetMe(), { signal });
byId("delete-button").addEventListener("click", () => void removeSelected(), { signal });
byId("more").addEventListener("click", () => void view.more(), { signal });
byId("compare-button").addEventListener("click", openCompare, { signal });
byId("clear-button").addEventListener("click", clearChoice, { signal });
const uploading = {
  button: byId("upload", HTMLButtonElement),
  input: byId("upload-file", HTMLInputElement),
  status: byId("upload-status"),
};
const onUploaded = (/** @type {Run} */ run) => {
  runs.learn(run);
  refresh();
};

/** @type {import("../runstore.js").Listener} */
const listener = {
  onRun(run, before) {
    if (view.mayMove(run, before)) refresh();
    repaint();
  },
  onDeleted(run, id) {
    forget(id);
    comparing.drop(id);
    if (state.renaming === id) state.renaming = null;
    if (run && !state.removing.has(id)) tell(`${run.name}: ${deletedWords()}`);
    if (view.state.ids.includes(id)) refresh(); // Another one takes its place.
    repaint();
  },
  onSynced: refresh,
};

lifetime.own(mountUpload(uploading, onUploaded));
lifetime.own(mountWorkers(runs));
lifetime.atEnd(socket.onState((link) => (byId("offline").hidden = link === "online")));
lifetime.atEnd(runs.subscribe(listener));
const kept = loadColumns(storage);
if (!address.get().columns.length && kept.length) address.correct({ columns: kept });
showColumns();
lifetime.atEnd(address.subscribe(showColumns));
const sortable = new Set(["name", ...all.filter(isSortable).map(({ id }) => id)]);
lifetime.own(mountAsked(address, view, (id) => sortable.has(id)));

/** End the page's parts and its connection. */
export const { dispose } = lifetime;
