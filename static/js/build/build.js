// @ts-check
/** Build: the form, made from the catalogue, checked as it changes, sent by Train. */
import { untilAnswered } from "../again.js";
import { ApiError, get, post } from "../api.js";
import { el, oncePerFrame } from "../dom.js";
import { _ } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { createAdding } from "./adding.js";
import { localFaults, mergeFaults } from "./arguments.js";
import { createChecker } from "./checker.js";
import { moveProgress } from "../download.js";
import { outcome, showFeedback } from "./feedback.js";
import { createFold } from "./fold.js";
import { buildStep, compileStep, fitStep } from "./sections.js";
import { differing } from "../differing.js";
import { storage } from "../storage.js";
import { createState, noteChecked, replaceConfig, setValue } from "./state.js";
import { nearest } from "./paths.js";
import { loadDraft, loadOrigin, saveDraft } from "./storage.js";
import { close as closeTip } from "../toggletip.js";
import { createSteps } from "./steps.js";
import { mountTrain, summary, trainBar } from "./train.js";

/** @typedef {import("../types.js").Catalog} Catalog */
/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("../draft.js").Draft} Draft */
/** @typedef {import("./control.js").Form} Form */
/**
 * @typedef {object} Options
 * @property {import("../socket.js").Live} socket
 * @property {import("../address.js").Address<typeof import("../addresses.js").STUDIO>} address
 * @property {(run: Run) => void} onTrained
 */

/**
 * Fetch the catalogue and show the form; where that fails, say so and offer to try again. Comes
 * true when the form stands.
 * @param {HTMLElement} root
 * @param {Options} options
 * @returns {Promise<{use(config: Draft, origin: string): void, train(): void, dispose(): void}>}
 */
export async function mountBuild(root, options) {
  const element = /** @type {HTMLFormElement} */ (root.querySelector("form"));
  try {
    const catalog = await get("/api/catalog");
    element.removeAttribute("aria-busy");
    return startForm(element, catalog, options);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return new Promise((resolve) => {
      const again = () => resolve(mountBuild(root, options));
      element.replaceChildren(
        el("p", { class: "notice", role: "alert" }, error.message),
        el("button", { type: "button", class: "button", onclick: again }, _("Try again")),
      );
    });
  }
}

/** @param {HTMLFormElement} element @param {Catalog} catalog @param {Options} options */
function startForm(element, catalog, options) {
  const state = createState(catalog, loadDraft(storage), loadOrigin(storage));
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const live = el("p", { class: "sr-only", role: "status" });
  const program = lifetime.own(createFold(() => state.config));
  element.after(program.element, live);
  /** @type {string|undefined} the key of what has the focus after the next repaint */
  let focus;
  let shapeChanged = true;
  /** @type {(() => void)|null} what is to be done when the form was made anew */
  let next = null;

  const repaint = oncePerFrame(() => {
    if (shapeChanged) rebuild(form, element, focus);
    shapeChanged = false;
    focus = undefined;
    showFeedback(form, element);
    summary(form, element);
    next?.();
    next = null;
  }, signal);

  const form = /** @type {Form} */ ({
    state,
    fields: new Map(),
    lifetime,
    repaint,
    afterwards: (act) => void (next = act),
    say: (text) => void (live.textContent = text),
    set(path, value, typed) {
      form.steps.change(() => setValue(state, path, value), typed ? path : undefined);
      changed();
    },
    reshape(act, key) {
      form.steps.change(act);
      focus = key;
      shapeChanged = true;
      changed();
    },
  });
  form.steps = createSteps(form, element);

  /** @param {Draft} draft @param {AbortSignal} newer */
  const check = async (draft, newer) => {
    const against = options.address.get().run;
    const query = queryOf({ from: state.origin, against });
    const checked = await post(`/api/check${query}`, draft, { signal: newer, repeats: true });
    return { checked, against };
  };
  const checker = lifetime.own(
    createChecker(check, {
      onAnswer({ checked, against }) {
        noteChecked(state, checked);
        const words = checked.differs?.map((/** @type {{words: string}} */ one) => one.words);
        differing.set(against && words ? { runId: against, words } : null);
        receiveFaults([], null);
      },
      onError(error) {
        const isOurs = error instanceof ApiError;
        const faults = isOurs ? error.fields : [];
        receiveFaults(faults, isOurs && faults.length ? null : error.message);
      },
    }),
  );

  /** @param {import("../types.js").FieldProblem[]} faults @param {string|null} trouble */
  function receiveFaults(faults, trouble) {
    state.faults = mergeFaults(localFaults(catalog, state.config), faults);
    state.trouble = trouble;
    if (!state.faults.length) state.refused = null;
    announce();
    repaint();
  }

  const askAgain = () => checker.soon(() => state.config);
  const onPlace = options.address.subscribe(({ run }, before) => run !== before.run && askAgain());
  lifetime.atEnd(onPlace);

  function changed() {
    saveDraft(storage, state);
    // Of the server's answer about the old draft nothing is shown until it has answered again.
    state.faults = localFaults(catalog, state.config);
    askAgain();
    program.changed();
    repaint();
  }

  const saying = lifetime.timer();
  function announce() {
    saying.start(() => {
      const text = outcome(form);
      if (live.textContent !== text) live.textContent = text;
    }, 700);
  }

  lifetime.own(createAdding(element, form));
  followDownloads(form, options.socket);
  // A run that finished may tell how long a similar one takes.
  const onRun = (/** @type {Run} */ run, /** @type {Run | undefined} */ before) =>
    void (before && run.status === "finished" && before.status !== "finished" && askAgain());
  lifetime.atEnd(options.socket.runs.subscribe({ onRun }));
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) element.requestSubmit();
  };
  addEventListener("keydown", onKey, { signal });
  mountTrain(form, element, options);
  lifetime.atEnd(closeTip);
  lifetime.atEnd(() => [program.element, live, ...element.children].forEach((one) => one.remove()));
  changed();
  return {
    /**
     * Take over another run's configuration, to change one thing: the first field has the focus.
     * @param {Draft} config
     * @param {string} origin id of the run
     */
    use(config, origin) {
      state.refused = null;
      form.steps.claimKeys();
      const text = _("Your network was replaced.");
      form.reshape(() => replaceConfig(state, config, text, origin), FIRST);
    },
    /** Press Train. */
    train: () => element.requestSubmit(),
    dispose: lifetime.dispose,
  };
}

/** Stands for the key of the first field of the network. */
const FIRST = "first";

/** @param {Record<string, string|null>} values those that are null are left out */
function queryOf(values) {
  const known = Object.entries(values).filter(([, value]) => value !== null);
  return known.length ? `?${new URLSearchParams(/** @type {[string, string][]} */ (known))}` : "";
}

/**
 * Make the form anew and give the focus back.
 * @param {Form} form
 * @param {HTMLFormElement} element
 * @param {string|undefined} focus
 */
function rebuild(form, element, focus) {
  const had = /** @type {HTMLElement|null} */ (document.activeElement);
  const key = focus ?? (element.contains(had) ? had?.dataset.key : undefined);
  form.fields.clear();
  element.replaceChildren(buildStep(form), compileStep(form), fitStep(form), ...trainBar());
  form.steps.draw();
  if (!key) return;
  const field = form.fields.get(nearest(key, (known) => form.fields.has(known)) ?? "");
  const wanted = key === FIRST ? ".strand .arg" : `[data-key="${CSS.escape(key)}"]`;
  const target =
    element.querySelector(`${wanted}:not(:disabled)`) ??
    (field?.input.matches("input, select") ? field.input : null) ??
    field?.element.querySelector("input, select, button") ??
    element.querySelector(".steps button:not(:disabled)");
  if (target instanceof HTMLElement) target.focus();
  if (target instanceof HTMLInputElement && target.type === "text")
    target.setSelectionRange(target.value.length, target.value.length);
}

/** @param {Form} form @param {import("../socket.js").Live} socket */
function followDownloads(form, socket) {
  const { signal } = form.lifetime;
  /** @param {import("../types.js").DatasetEvent} event */
  const take = async (event) => {
    form.state.downloads.set(event.name, event);
    if (event.state === "available") {
      const { datasets } = await untilAnswered(() => get("/api/catalog"), { signal });
      if (signal.aborted) return;
      form.state.catalog.datasets = datasets;
    }
    const isChosen = form.state.config.dataset.name === event.name;
    if (!isChosen || !moveProgress(event)) form.reshape(() => {});
  };
  form.lifetime.atEnd(socket.onDataset((event) => void take(event).catch(unlessEnded(signal))));
}

/** Throws what failed, except after the end. @param {AbortSignal} signal */
const unlessEnded = (signal) => (/** @type {unknown} */ error) => {
  if (!signal.aborted) throw error;
};
