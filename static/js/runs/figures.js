// @ts-check
/** The two charts of Compare, used again for as long as runs and kind of curves are the same. */
import { onThemeChange } from "../colors.js";
import { createLifetime } from "../lifetime.js";
import { createView, repeat } from "../render.js";
import { columnsOf } from "./chart.js";
import { createFigure } from "./figure.js";
import { epochsHere } from "./history.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {{kind: "val_"|"", runs: Run[]}} Shown which curves, and whose */

/** What is drawn of a run whose curve cannot be had. @type {Parameters<typeof columnsOf>[0][number]} */
const NONE = { epoch: [], loss: [], accuracy: [], val_loss: [], val_accuracy: [] };

/** @param {HTMLElement} place */
export function createFigures(place) {
  /** @type {ReturnType<typeof createFigure>[]} */
  let figures = [];
  let madeFor = "";
  /** @type {Shown} */
  let shown = { kind: "val_", runs: [] };
  const lifetime = createLifetime();
  const view = createView(place, () => {
    const histories = shown.runs.map((run) => epochsHere(run) ?? NONE);
    const template = (/** @type {typeof figures[number]} */ figure) =>
      figure.template(columnsOf(histories, figure.metric));
    return repeat(figures, (figure) => figure, template);
  });
  const resize = () => figures.forEach((figure) => figure.resize());
  addEventListener("resize", resize, { signal: lifetime.signal });
  onThemeChange(() => figures.forEach((figure) => figure.repaint()), lifetime.signal);

  /** Make the figures anew where they are of other runs or other curves. */
  function make() {
    const { kind, runs } = shown;
    const wanted = JSON.stringify([kind, runs.map(({ id, name }) => [id, name])]);
    if (wanted === madeFor) return;
    madeFor = wanted;
    end();
    const names = runs.map(({ name }) => name);
    const metrics = /** @type {const} */ ([`${kind}accuracy`, `${kind}loss`]);
    figures = runs.length ? metrics.map((metric) => createFigure(metric, names, redraw)) : [];
  }

  const redraw = () => view.draw(null);
  const end = () => figures.forEach((figure) => figure.dispose());
  lifetime.atEnd(end);
  lifetime.own(view);

  return {
    /** @param {Shown} state */
    draw(state) {
      shown = state;
      make();
      redraw();
      for (const figure of figures) figure.drawChart();
    },
    dispose: lifetime.dispose,
  };
}
