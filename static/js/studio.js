// @ts-check
/** The Studio: Build, Watch and Write, wired. Each is fetched and started by itself. */
import { createAddress } from "./address.js";
import { STUDIO, digitWanted } from "./addresses.js";
import { untilAnswered } from "./again.js";
import { get } from "./api.js";
import { showPart, mountDock } from "./dock.js";
import { fetchPart, prefetchPart } from "./later.js";
import { createLifetime } from "./lifetime.js";
import { mount } from "./mount.js";
import { connect } from "./socket.js";
import { storage } from "./storage.js";
import { mountWorkers } from "./workers.js";

const element = (/** @type {string} */ id) =>
  /** @type {HTMLElement} */ (document.getElementById(id));

const lifetime = createLifetime();
const address = lifetime.own(createAddress(STUDIO));
const socket = lifetime.own(connect());
const write = owned("write", async () => {
  const { mountWrite } = await import("./write/write.js");
  return mountWrite(element("write"), { socket });
});
void owned("watch", async () => {
  const { mountWatch } = await import("./watch/watch.js");
  return mountWatch(element("watch"), {
    socket,
    address,
    onUse: use,
    onStarted: show,
    pad: { put: (pixels) => void put(pixels) },
  });
});
const build = owned("build", async () => {
  const { mountBuild } = await import("./build/build.js");
  return mountBuild(element("build"), { socket, address, onTrained: show });
});
void owned("dock", mountDock);
void owned("workers", () => mountWorkers(socket.runs));

/** End the page's parts, each as soon as it has started, and its connection. */
export const { dispose } = lifetime;

/**
 * A part that ends with the page.
 * @template {import("./lifetime.js").Ending} P
 * @param {string} id of its place
 * @param {() => P | Promise<P>} start
 */
function owned(id, start) {
  const part = mount(element(id), start);
  lifetime.atEnd(() => void part.then((one) => one.dispose()));
  return part;
}

/** Lay a digit on the pad. @param {Uint8Array} pixels 28 × 28, 0 = paper */
async function put(pixels) {
  (await write).put(pixels);
  showPart("write");
}

/** The pad asks the run and the weights that are looked at. @param {typeof before} now */
function follow({ run, epoch }) {
  if (run !== before.run) void write.then((part) => part.use(run));
  if (run !== before.run) showPart("watch");
  if (epoch !== before.epoch) void write.then((part) => part.useEpoch(epoch));
  before = { run, epoch };
}

/** What the pad follows. */
let before = { run: STUDIO.run.standard, epoch: STUDIO.epoch.standard };
lifetime.atEnd(address.subscribe(follow));
follow(address.get());

const digit = digitWanted(address.take("digit"));
if (digit !== null) {
  void write.then((part) => part.fetch(digit));
  showPart("write");
}

const wanted = address.take("use") === null ? null : address.get().run;
if (wanted !== null) {
  const answer = untilAnswered(() => get(`/api/runs/${encodeURIComponent(wanted)}`));
  answer.then(({ config }) => use(config, wanted)).catch(() => {}); // Watch says that it is not there.
}

/** Train what the form holds; what is wrong there is said there. */
async function trainThis() {
  const form = await build;
  showPart("build");
  form.train();
}

/** The tour in three steps. @param {Event} [event] without one it opens by itself */
async function showTour(event) {
  const { openTour } = await fetchPart("tour", () => import("./tour.js"));
  if (lifetime.signal.aborted) return;
  lifetime.own(openTour(element("main"), address, event ? element("show-tour") : null));
}

/** Once, and only where the browser remembers that it was shown. */
const isFirstVisit = () => {
  const isNew = storage.read("inkling.tour") === null;
  if (isNew) storage.write("inkling.tour", "shown");
  return isNew && storage.lasts("inkling.tour");
};

element("train-this").addEventListener("click", trainThis, { signal: lifetime.signal });
element("show-tour").addEventListener("click", showTour, { signal: lifetime.signal });
if (address.get().run === null && digit === null && isFirstVisit()) void showTour();

/** Fetch what a run and editing need: after a first movement, touch or key, Train may be pressed. */
const prefetch = () => ["run", "edit"].forEach(prefetchPart);
for (const sign of ["pointermove", "pointerdown", "keydown"]) {
  document.addEventListener(sign, prefetch, { once: true, signal: lifetime.signal });
}

/** Look at a run that has just been asked for. @param {import("./types.js").Run} run */
function show(run) {
  address.choose({ run: run.id });
  showPart("watch");
}

/** Take a run's settings into the form. @param {import("./types.js").RunConfig} config @param {string} runId */
async function use(config, runId) {
  (await build).use(config, runId);
  showPart("build");
}
