// @ts-check
/** The Map tab: the test images as points, near where a layer sees them alike. */

import { onThemeChange } from "../colors.js";
import { createTwin, tableOf } from "../data/twin.js";
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { part, setText } from "../parts.js";
import { createAsked } from "./asked.js";
import { createGate } from "./gate.js";
import { createCard } from "./map/card.js";
import { createLegend } from "./map/legend.js";
import { floatsOf, lastHidden, shownOf } from "./map/points.js";
import { NOWHERE, createScatter } from "./map/scatter.js";
import { layerName, note, rowsOf, verdict } from "./map/words.js";
import { chosenEpoch, momentOf, testedEpoch } from "../moment.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("./map/points.js").MapView} MapView */

/** @type {import("../watch/run.js").TabModule["create"]} */
export function create(panel, render, pad, steer) {
  const lifetime = createLifetime();
  const choice = createChoice(panel, steer, lifetime.signal);
  const picture = lifetime.own(createPicture(panel, pad));
  const asked = lifetime.own(createAsked(render));
  const gate = createGate(part(panel, "map-waiting"), render, asked.again);

  return {
    draw(state) {
      const { run } = state;
      // A phone shows one column at a time: a hidden one requests nothing.
      if (!run || !panel.clientWidth) return;
      const epoch = testedEpoch(state);
      part(panel, "map").hidden = epoch === null;
      if (epoch === null) return gate.draw(state, false, "");
      const { layer, method } = choice.of(run, state);
      const words = { layer, method, ...chosenEpoch(epoch) };
      const { answer, problem, fresh } = asked.want(run, "map", words, momentOf(run, epoch));
      gate.draw(state, !problem, problem);
      setText(part(panel, "map-pending"), fresh || problem ? "" : waiting(method));
      picture.draw(run, answer, !fresh);
      choice.name(answer);
    },
    dispose: lifetime.dispose,
  };
}

/** @param {string} method */
const waiting = (method) =>
  method === "tsne"
    ? _("t-SNE is being computed. It takes some seconds, and longer while a network trains.")
    : _("The points are being computed…");

/**
 * The layer and the method that are chosen.
 * @param {HTMLElement} panel
 * @param {import("../watch/run.js").Steer} steer
 * @param {AbortSignal} signal ends it
 */
function createChoice(panel, steer, signal) {
  const layers = part(panel, "map-layer", HTMLSelectElement);
  const method = part(panel, "map-method", HTMLSelectElement);
  const chooseLayer = () => steer.choose({ layer: Number(layers.value) });
  const chooseMethod = () => steer.choose({ method: method.value === "tsne" ? "tsne" : "pca" });
  layers.addEventListener("change", chooseLayer, { signal });
  method.addEventListener("change", chooseMethod, { signal });
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
    /** @param {Run} run @param {import("../watch/watch.js").Watching} state */
    of(run, state) {
      if (run.id !== runId) {
        runId = run.id;
        fill([{ type: null }, ...run.config.layers]);
      }
      const standard = lastHidden(run.config.layers);
      let layer = state.layer ?? standard;
      if (layer > run.config.layers.length) {
        steer.miss("layer", _("This network has no layer %(n)s.", { n: layer }));
        layer = standard;
      }
      [layers.value, method.value] = [String(layer), state.method];
      return { layer, method: state.method };
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
 * @param {import("../watch/run.js").Pad} pad
 */
function createPicture(panel, pad) {
  let run = /** @type {Run | null} */ (null);
  let view = /** @type {MapView | null} */ (null);
  let points = NOWHERE;
  let drawn = "";

  const frame = part(panel, "map-field");
  const lifetime = createLifetime();
  const card = lifetime.own(createCard(panel, pad));
  const listeners = {
    onPoint: (/** @type {number} */ place) =>
      void (run && view && scatter.say(card.show(run, view, place))),
    onTake: card.take,
  };
  const scatter = lifetime.own(createScatter(frame, listeners));
  const filter = createLegend(part(panel, "map-legend"), paint);
  const twin = createTwin(() =>
    tableOf(
      _("Each digit on the map"),
      [_("Digit"), _("Images"), _("Wrong"), _("Neighbours of the same digit")],
      view ? rowsOf(view) : [],
    ),
  );
  part(panel, "map-twin").append(twin.element);
  onThemeChange(paint, lifetime.signal);

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
        setText(part(panel, "map-note"), note(now, seen));
        twin.fill();
      }
      paint();
    },
    dispose: lifetime.dispose,
  };
}
