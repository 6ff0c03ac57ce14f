// @ts-check
/** The Runs screen, wired. */
import { ApiError, del, get, patch } from "../api.js";
import { ask } from "../control.js";
import { oncePerFrame } from "../dom.js";
import { _, ngettext } from "../i18n.js";
import { connect } from "../socket.js";
import { mountWorkers } from "../workers.js";
import { createCompare } from "./compare.js";
import { confirm } from "./confirm.js";
import { createList } from "./list.js";
import {
  createState,
  forget,
  MOST_COMPARED,
  noteRun,
  notePage,
  oldest,
  PAGE,
  toggleSelected,
} from "./state.js";
import { mountUpload } from "./upload.js";

/** @typedef {import("../types.js").Run} Run */

const part = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
const state = createState();
const repaint = oncePerFrame(render);

const compare = createCompare(part("compare"), {
  onClose() {
    state.comparing = false;
    repaint();
    part("compare-button").focus();
  },
});

const list = createList(part("list"), state, {
  select(run) {
    const done = toggleSelected(state, run.id);
    if (!done)
      say(
        ngettext(
          "At most %(n)s run can be compared.",
          "At most %(n)s runs can be compared.",
          MOST_COMPARED,
        ),
      );
    repaint();
    return done;
  },
  startRename(run) {
    state.renaming = run.id;
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
});

/** @param {string} text */
function say(text) {
  part("said").textContent = text;
}

/** @param {Run} run @param {string} name */
async function rename(run, name) {
  try {
    if (name !== run.name) noteRun(state, await patch(path(run), { name }));
    list.focus(`open-${run.id}`);
    state.renaming = null;
    repaint();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const fault = document.getElementById("rename-fault");
    if (fault) fault.textContent = error.fields[0]?.message ?? error.message;
  }
}

/** @param {Run} run */
async function remove(run) {
  const sure = await confirm({
    title: _("Delete “%(run)s”?", { run: run.name }),
    text: _("Its curves and its model are removed from the server. This cannot be undone."),
    yes: _("Delete"),
  });
  if (!sure) return;
  try {
    await del(path(run));
    forget(state, run.id);
    say(_("%(run)s is deleted.", { run: run.name }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    state.trouble = error.message;
  }
  repaint();
}

/** @param {Run} run @param {import("../control.js").Act} act */
async function control(run, act) {
  state.trouble = null;
  try {
    noteRun(state, await ask(run, act));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    state.trouble = `${run.name}: ${error.message}`;
  }
  list.focus(`menu-${run.id}`);
  repaint();
}

/** @param {Run} run */
const path = (run) => `/api/runs/${encodeURIComponent(run.id)}`;

async function more() {
  const before = oldest(state);
  const query = before ? `&before=${encodeURIComponent(before)}` : "";
  try {
    const { runs } = await get(`/api/runs?limit=${PAGE}${query}`);
    notePage(state, runs);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    state.trouble = error.message;
  }
  repaint();
}

function render() {
  list.render();
  const { size } = state.selected;
  part("trouble").hidden = !state.trouble;
  part("trouble").textContent = state.trouble ?? "";
  part("choice").hidden = size === 0;
  part("choice-count").textContent = ngettext("%(n)s run selected", "%(n)s runs selected", size);
  part("compare-button").disabled = size < 2;
  part("compare-hint").hidden = size !== 1;
  part("more").hidden = !state.more;
  const chosen = [...state.selected].flatMap((id) => state.runs.get(id) ?? []);
  if (chosen.length < 2) state.comparing = false;
  part("compare").hidden = !state.comparing;
  if (state.comparing) void compare.show(chosen);
  else compare.hide();
}

/** @param {string} id @param {"text"|"status"|"order"} field @param {string} event */
function filter(id, field, event) {
  part(id).addEventListener(event, () => {
    state[field] = part(id).value;
    repaint();
  });
}

filter("search", "text", "input");
filter("status", "status", "change");
filter("order", "order", "change");
part("more").addEventListener("click", more);
part("compare-button").addEventListener("click", () => {
  state.comparing = true;
  repaint();
  requestAnimationFrame(() => {
    part("compare").scrollIntoView({ block: "start" });
    part("compare-title").focus({ preventScroll: true });
  });
});
part("clear-button").addEventListener("click", () => {
  state.selected.clear();
  repaint();
});
mountUpload(
  { button: part("upload"), input: part("upload-file"), status: part("upload-status") },
  (run) => {
    noteRun(state, run);
    repaint();
  },
);

const socket = connect();
mountWorkers(socket);
socket.onState((link) => (part("offline").hidden = link === "online"));
socket.watchRuns(
  (run) => {
    noteRun(state, run);
    repaint();
  },
  (runs) => {
    // Also after a break: what changed meanwhile, and the list itself if it could not be fetched.
    for (const run of runs) noteRun(state, run);
    state.loaded = true;
    state.trouble = null;
    repaint();
  },
);
void more();
