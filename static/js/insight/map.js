// @ts-check
/** The Map tab: the test images as points, near where a layer sees them alike. */

import { onThemeChange } from "../colors.js";
import { createTwin, tableOf } from "../data/twin.js";
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { part, setText } from "../parts.js";
import { hasModel } from "../watch/words.js";
import { canAnswer } from "../write/choice.js";
import { createAsked } from "./asked.js";
import { createHeld } from "./held.js";
import { createPace } from "./inside/pace.js";
import { createCard } from "./map/card.js";
import { createLegend } from "./map/legend.js";
import { floatsOf, lastHidden, shownOf } from "./map/points.js";
import { NOWHERE, createScatter } from "./map/scatter.js";
import { layerName, note, rowsOf, verdict } from "./map/words.js";
import { addStyles } from "./styles.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("./map/points.js").MapView} MapView */

/** @type {import("./lazy.js").TabModule["create"]} */
export function create(panel, render, pad) {
  const choice = createChoice(panel, render);
  const picture = createPicture(panel, pad);
  const [asked, pace, held] = [createAsked(render), createPace(render), createHeld()];
  const [problem, again, anew] = ["map-problem", "map-again", "map-anew"].map((name) =>
    part(panel, name),
  );
  let dressed = false;
  let settled = true;

  again.addEventListener("click", () => asked.again());
  anew.addEventListener("click", () => {
    held.renew();
    render();
  });
  void addStyles("map").then(() => {
    dressed = true;
    render();
  });

  return {
    draw({ run, history }) {
      const ready = run !== null && (canAnswer(run) || hasModel(run, history));
      part(panel, "map").hidden = !ready || !dressed;
      part(panel, "map-waiting").hidden = ready;
      setText(part(panel, "map-waiting"), ready ? "" : early());
      // A phone shows one column at a time: what nobody sees is not asked for.
      if (!ready || !dressed || !panel.clientWidth) return;
      const { layer, method } = choice.of(run);
      const long = method === "tsne";
      const moment = long ? held.of(run, `${layer}`) : pace.of(run, settled);
      const now = asked.want(run, "map", { layer, method }, moment);
      settled = now.fresh || now.problem !== "";
      again.hidden = !now.problem;
      anew.hidden = !long || !now.fresh || !held.isOld(run);
      setText(problem, now.problem || (settled ? "" : waiting(method)));
      picture.draw(run, now.answer, !isOf(now.answer, layer, method));
      choice.name(now.answer);
    },
  };
}

const early = () => _("There is no network to look into yet: it comes with the first weights.");

/** @param {string} method */
const waiting = (method) =>
  method === "tsne"
    ? _("t-SNE is under way. It takes a while: up to a minute, and longer while a network trains.")
    : _("The points are being computed …");

/**
 * @param {MapView | null} view
 * @param {number} layer
 * @param {string} method
 */
const isOf = (view, layer, method) => view?.layer === layer && view.method === method;

/**
 * The layer and the method that are chosen.
 * @param {HTMLElement} panel
 * @param {() => void} render
 */
function createChoice(panel, render) {
  const layers = /** @type {HTMLSelectElement} */ (part(panel, "map-layer"));
  const method = /** @type {HTMLSelectElement} */ (part(panel, "map-method"));
  layers.addEventListener("change", render);
  method.addEventListener("change", render);
  let runId = "";

  /** @param {{type: string | null, shape?: number[]}[]} known the pixels and the layers */
  function fill(known) {
    known.forEach((layer, place) => {
      const option = layers.options[place] ?? layers.appendChild(el("option", { value: place }));
      setText(option, layerName(layer, place));
    });
    while (layers.options.length > known.length) layers.remove(known.length);
  }

  return {
    /** @param {Run} run */
    of(run) {
      if (run.id !== runId) {
        runId = run.id;
        fill([{ type: null }, ...run.config.layers]);
        layers.value = String(lastHidden(run.config.layers));
      }
      return { layer: Number(layers.value), method: method.value };
    },
    /** The shapes are known with the first answer. @param {MapView | null} view */
    name(view) {
      if (view) fill(view.layers);
    },
  };
}

/**
 * The points, the image pointed at, and the same in words.
 * @param {HTMLElement} panel
 * @param {import("./lazy.js").Pad} pad
 */
function createPicture(panel, pad) {
  let run = /** @type {Run | null} */ (null);
  let view = /** @type {MapView | null} */ (null);
  let points = NOWHERE;
  let drawn = "";

  const frame = /** @type {HTMLElement} */ (part(panel, "map-field"));
  const card = createCard(panel, pad);
  const scatter = createScatter(frame, {
    onPoint: (place) => run && view && scatter.say(card.show(run, view, place)),
    onTake: card.take,
  });
  const filter = createLegend(part(panel, "map-legend"), paint);
  const twin = createTwin(() =>
    tableOf(
      _("Each digit on the map"),
      [_("Digit"), _("Images"), _("Wrong"), _("Like neighbours")],
      view ? rowsOf(view) : [],
    ),
  );
  part(panel, "map-twin").append(twin.element);
  onThemeChange(paint);

  function paint() {
    if (view) scatter.draw(view, points.x, points.y, shownOf(view, filter));
  }

  return {
    /**
     * @param {Run} now
     * @param {MapView | null} seen
     * @param {boolean} old whether something else is wanted by now
     */
    draw(now, seen, old) {
      part(panel, "map-picture").hidden = !seen;
      part(panel, "map-picture").classList.toggle("old", old);
      if (!seen) return;
      const size = `${frame.clientWidth} ${frame.clientHeight}`;
      if (seen === view && size === drawn) return;
      [run, drawn] = [now, size];
      if (seen !== view) {
        view = seen;
        points = { x: floatsOf(seen.x), y: floatsOf(seen.y) };
        setText(part(panel, "map-verdict"), verdict(seen));
        setText(part(panel, "map-note"), note(seen, (now.config.dataset.test_noise ?? 0) > 0));
        twin.fill();
      }
      paint();
    },
  };
}
