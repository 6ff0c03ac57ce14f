// @ts-check
/** What lights up: the digit on the pad on its way through the network, layer by layer. */

import { untilAnswered } from "../../again.js";
import { ApiError, post } from "../../api.js";
import { onThemeChange } from "../../colors.js";
import { createTwin, tableOf } from "../../data/twin.js";
import { el } from "../../dom.js";
import { drawing } from "../../drawing.js";
import { _, ngettext } from "../../i18n.js";
import { createLifetime } from "../../lifetime.js";
import { part, setText } from "../../parts.js";
import { canAnswer } from "../../write/choice.js";
import { momentOf } from "../../moment.js";
import { createSlot, forget, resume, settle, want } from "../../write/slot.js";
import { themePalette } from "./palette.js";
import { createSpoke } from "./spoke.js";
import { colored, signedBytesOf, STEPS } from "./signed.js";
import { createTiles } from "./tiles.js";
import { layerName, shareOf, short } from "./words.js";

/** @typedef {import("../../types.js").Run} Run */
/** @typedef {import("../../types.js").Look} Look */
/** @typedef {import("../../types.js").LayerLook} LayerLook */

/**
 * @param {HTMLElement} panel
 * @param {() => void} render
 */
export function createLights(panel, render) {
  const slot = /** @type {import("../../write/slot.js").RequestSlot<Question>} */ (createSlot());
  const spoke = createSpoke(panel);
  let layers = /** @type {ReturnType<typeof createLayer>[]} */ ([]);
  let seen = /** @type {{of: string, look: Look} | null} */ (null);
  let drawn = /** @type {Look | null} */ (null);
  let shape = "";
  let key = "";
  let problem = "";
  const lifetime = createLifetime();
  const { signal } = lifetime;
  lifetime.atEnd(drawing.subscribe(render));
  onThemeChange(() => {
    drawn = null;
    render();
  }, signal);
  lifetime.atEnd(endLayers);

  function endLayers() {
    for (const layer of layers) layer.dispose();
  }

  /** @typedef {{runId: string, epoch: import("../../moment.js").Epoch,
   *   pixels: number[][]}} Question */

  /** @param {Question | null} question */
  async function start(question) {
    if (!question) return;
    let look = null;
    let trouble = "";
    try {
      const { epoch } = question;
      const words = epoch === "newest" ? "" : `?epoch=${epoch}`;
      const address = `/api/runs/${encodeURIComponent(question.runId)}/look${words}`;
      look = await untilAnswered(() => post(address, { pixels: question.pixels }), {
        isWanted: () => !slot.stale && slot.next === null,
        onFault(error) {
          problem = error.message;
          render();
        },
        signal,
      });
    } catch (error) {
      if (error instanceof ApiError && error.retryAfter) {
        return void lifetime.later(() => void start(resume(slot)), error.retryAfter * 1000);
      }
      trouble = error instanceof ApiError ? error.message : _("Can't get a prediction right now.");
    }
    if (signal.aborted) return;
    const { wanted, next } = settle(slot);
    if (wanted) {
      problem = trouble;
      seen = look ? { of: question.runId, look } : null; // What is refused leaves nothing old.
    }
    void start(next);
    render();
  }

  /** @param {Look} look */
  function show(look) {
    const wanted = JSON.stringify(look.layers.map((layer) => [layer.number, layer.shape]));
    if (wanted !== shape) {
      shape = wanted;
      endLayers();
      layers = look.layers.map(createLayer);
      part(panel, "lit-layers").replaceChildren(...layers.map((layer) => layer.element));
    }
    const palette = themePalette();
    layers.forEach((layer, n) => layer.show(look.layers[n], palette));
    spoke.show(look);
  }

  return {
    /** @param {Run} run @param {import("../../moment.js").Epoch} epoch */
    draw(run, epoch) {
      const pixels = drawing.get();
      const able = canAnswer(run);
      const now = pixels && able ? `${run.id} ${momentOf(run, epoch)} ${pixels.join(" ")}` : "";
      if (now !== key) {
        key = now;
        problem = "";
        if (now && pixels) void start(want(slot, { runId: run.id, epoch, pixels }));
        else forget(slot);
      }
      const shown = now && seen?.of === run.id ? seen.look : null;
      part(panel, "lit").hidden = !shown;
      const hint = problem || (shown ? "" : hintOf(able, Boolean(pixels)));
      part(panel, "lit-hint").hidden = !hint;
      setText(part(panel, "lit-hint"), hint);
      if (shown && shown !== drawn) show((drawn = shown));
    },
    dispose: lifetime.dispose,
  };
}

/** @param {boolean} able @param {boolean} inked */
function hintOf(able, inked) {
  if (!able)
    return _(
      "This network cannot predict yet. When it can, its outputs appear here while you write.",
    );
  if (!inked) return _("Write a digit on the pad to see the outputs of every layer, live.");
  return _("One moment…");
}

/** @param {LayerLook} first */
function createLayer(first) {
  const name = layerName(first);
  const note = el("span", { class: "note num" });
  const tiles = createTiles(
    _("%(layer)s: its outputs; use the arrow keys to read them", { layer: name }),
  );
  let layer = first;
  let values = /** @type {Int8Array} */ (new Int8Array());
  const twin = createTwin(() => tableOfLayer(layer, values));
  const element = el(
    "section",
    { class: "lit-layer" },
    el("h4", {}, name, " ", note),
    tiles.frame,
    tiles.line,
    twin.element,
  );
  return {
    element,
    /** @param {LayerLook} now @param {import("./signed.js").Palette} palette */
    show(now, palette) {
      layer = now;
      values = signedBytesOf(now.values);
      const [height, width] = now.shape.length === 3 ? now.shape : [1, 1];
      const size = width * height;
      setText(note, noteOf(now));
      tiles.show({
        count: now.shown,
        width,
        height,
        rgba: (place) =>
          colored(values.subarray(place * size, (place + 1) * size), 1 / STEPS, palette),
        say: (place) => sentenceOf(now, values, place),
        rest: restOf(now, values),
        label: now.shape.length === 1 && now.shown <= 10 ? String : undefined,
      });
      twin.fill();
    },
    dispose: tiles.dispose,
  };
}

/** @param {LayerLook} layer */
function noteOf(layer) {
  const [first, second, channels] = layer.shape;
  const active = shareOf(layer.active);
  if (layer.shape.length === 3) {
    const words = { n: channels, width: second, height: first, active, shown: layer.shown };
    return layer.shown < channels
      ? _(
          "%(n)s feature maps of %(width)s×%(height)s, the first %(shown)s shown; %(active)s above 0",
          words,
        )
      : _("%(n)s feature maps of %(width)s×%(height)s; %(active)s above 0", words);
  }
  return ngettext("%(n)s neuron; %(active)s above 0", "%(n)s neurons; %(active)s above 0", first, {
    active,
  });
}

/**
 * The least, the mean and the largest value of one unit or map.
 * @param {LayerLook} layer
 * @param {Int8Array} values
 * @param {number} place
 */
function factsOf(layer, values, place) {
  const size = values.length / layer.shown;
  const own = values.subarray(place * size, (place + 1) * size);
  const mean = own.reduce((sum, value) => sum + value, 0) / size;
  return [Math.min(...own), mean, Math.max(...own)].map((value) => value * layer.scale);
}

/** @param {LayerLook} layer @param {Int8Array} values @param {number} place */
function sentenceOf(layer, values, place) {
  const [low, mean, high] = factsOf(layer, values, place);
  if (layer.shape.length < 3)
    return _("Neuron %(n)s: %(value)s", { n: String(place), value: short(high) });
  return _("Feature map %(n)s: from %(low)s to %(high)s, mean %(mean)s", {
    n: String(place),
    low: short(low),
    high: short(high),
    mean: short(mean),
  });
}

/** @param {LayerLook} layer @param {Int8Array} values */
function restOf(layer, values) {
  const strongest = values.indexOf(Math.max(...values));
  const unit = String(Math.floor(strongest / (values.length / layer.shown)));
  const high = short(layer.high);
  return layer.shape.length === 3
    ? _("Strongest: %(high)s, in feature map %(unit)s", { high, unit })
    : _("Strongest: %(high)s, neuron %(unit)s", { high, unit });
}

/** The most rows of a table. */
const ROWS = 100;

/** @param {LayerLook} layer @param {Int8Array} values */
function tableOfLayer(layer, values) {
  const maps = layer.shape.length === 3;
  const facts = Array.from({ length: layer.shown }, (_nothing, n) => factsOf(layer, values, n));
  const order = facts.map((_nothing, n) => n).sort((a, b) => facts[b][2] - facts[a][2]);
  const rows = order
    .slice(0, ROWS)
    .map((n) => [String(n), ...(maps ? facts[n] : [facts[n][2]]).map((value) => short(value))]);
  const titles = maps
    ? [_("Feature map"), _("Smallest"), _("Mean"), _("Largest")]
    : [_("Neuron"), _("Output")];
  return tableOf(_("Strongest first"), titles, rows);
}
