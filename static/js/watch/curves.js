// @ts-check
/** The two charts side by side: one reading, one logarithm button. */

import { createLifetime } from "../lifetime.js";
import { part } from "../parts.js";
import { createChart, drawChart, endChart, readChart } from "./chart.js";
import { listen } from "./reading.js";
import { isOver } from "../statuses.js";
import { hasCurves } from "./words.js";

/** @typedef {import("./watch.js").Watching} Watching */

/**
 * @param {HTMLElement} root
 * @param {Watching} state
 * @param {() => void} render
 */
export function createCurves(root, state, render) {
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const metrics = /** @type {const} */ (["loss", "accuracy"]);
  const charts = metrics.map((metric) => createChart(part(root, `plot-${metric}`), metric));
  const log = part(root, "log");
  /** What was drawn last: the pointer alone does not draw curves again. */
  let drawn = "";

  const current = () => state.reading;
  for (const chart of charts) listen(chart, current, onRead, signal);
  log.addEventListener("click", changeAxis, { signal });
  lifetime.atEnd(() => charts.forEach(endChart));

  /** @param {number | null} index */
  function onRead(index) {
    if (state.reading === index) return;
    state.reading = index;
    render();
  }

  function changeAxis() {
    state.log = !state.log;
    log.setAttribute("aria-pressed", String(state.log));
    render();
  }

  return {
    /** @param {Watching} now */
    draw({ run, runId, history, reading, log: logarithmic }) {
      if (!run) return;
      part(root, "charts").hidden = !hasCurves(run, history);
      const over = isOver(run);
      const sizes = charts.map(({ box }) => `${box.clientWidth}x${box.clientHeight}`);
      const theme = document.documentElement.dataset.theme;
      const key = [runId, history.version, run.epochs, over, logarithmic, theme, ...sizes].join();
      if (key !== drawn) {
        drawn = key;
        const options = { epochs: run.epochs, over };
        charts.forEach((chart, n) =>
          drawChart(chart, history, { ...options, log: n === 0 && logarithmic }),
        );
        drawKeys(root, run);
      }
      for (const chart of charts) readChart(chart, reading);
    },
    dispose: lifetime.dispose,
  };
}

/**
 * @param {HTMLElement} root
 * @param {import("../types.js").Run} run
 */
function drawKeys(root, run) {
  const validated = run.config.fit.validation_split !== 0;
  part(root, "key-loss").hidden = part(root, "key-accuracy").hidden = !validated;
}
