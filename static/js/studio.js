// @ts-check
/** The Studio: Build, Watch and Write, wired. */
import { get } from "./api.js";
import { mountBuild } from "./build/build.js";
import { showPart, mountDock } from "./dock.js";
import { selection, takeDigit, takeUse } from "./selection.js";
import { connect } from "./socket.js";
import { mountWatch } from "./watch/watch.js";
import { mountWorkers } from "./workers.js";
import { mountWrite } from "./write/write.js";

const element = (/** @type {string} */ id) =>
  /** @type {HTMLElement} */ (document.getElementById(id));

mountDock();
const socket = connect();
const write = mountWrite(element("write"), { socket });
const pad = {
  put(/** @type {Uint8Array} */ pixels) {
    write.put(pixels);
    showPart("write");
  },
};
const watch = mountWatch(element("watch"), {
  socket,
  onUse: use,
  onStarted: show,
  onEpoch: write.useEpoch,
  pad,
});

/** @param {string|null} runId */
function open(runId) {
  if (runId === null) return;
  watch.show(runId);
  write.use(runId);
}

selection.subscribe(open);
open(selection.get());
if (selection.get() !== null) showPart("watch");

const digit = takeDigit();
if (digit !== null) {
  void write.fetch(digit);
  showPart("write");
}

mountWorkers(socket.runs);
const built = mountBuild(element("build"), {
  socket,
  onTrained: show,
});
const wanted = takeUse();
if (wanted !== null) {
  const answer = get(`/api/runs/${encodeURIComponent(wanted)}`);
  answer.then(({ config }) => use(config)).catch(() => {}); // Watch says that it is not there.
}

/** Look at a run that has just been asked for. @param {import("./types.js").Run} run */
function show(run) {
  selection.set(run.id);
  showPart("watch");
}

/** Take a run's settings into the form. @param {import("./types.js").RunConfig} config */
async function use(config) {
  (await built).use(config);
  showPart("build");
}
