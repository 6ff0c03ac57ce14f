// @ts-check
/** The Inside tab: what lights up, what it looks for, how it changed. */

import { _ } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { part, setText } from "../parts.js";
import { hasModel } from "../moment.js";
import { canAnswer } from "../write/choice.js";
import { createChanges } from "./inside/changes.js";
import { createIdle } from "./inside/idle.js";
import { createKernels } from "./inside/kernels.js";
import { createLights } from "./inside/lights.js";

/** @type {import("../watch/run.js").TabModule["create"]} */
export function create(panel, render, _pad, steer) {
  const lifetime = createLifetime();
  const sections = [createLights, createKernels, createChanges, createIdle].map((make) =>
    lifetime.own(make(panel, render, steer)),
  );

  return {
    draw({ run, history, epoch, layer }) {
      const ready = run !== null && (canAnswer(run) || hasModel(run, history));
      part(panel, "inside").hidden = !ready;
      part(panel, "inside-waiting").hidden = ready;
      setText(
        part(panel, "inside-waiting"),
        ready ? "" : _("There are no weights to show yet. They appear when training starts."),
      );
      // A phone shows one column at a time: a hidden one requests nothing.
      if (!ready || !panel.clientWidth) return;
      for (const section of sections) section.draw(run, epoch, layer);
    },
    dispose: lifetime.dispose,
  };
}
