// @ts-check
/** The line under a run's name: what it is, all of it on request, and how the form differs. */
import { differing } from "../differing.js";
import { _ } from "../i18n.js";
import { fetchPart } from "../later.js";
import { createLifetime } from "../lifetime.js";
import { alone } from "../mount.js";
import { part, setText } from "../parts.js";
import { lineOf } from "../runline.js";

/** @typedef {import("./watch.js").Watching} Watching */

/** More differences than this are counted, not named. */
const MOST = 5;

/**
 * @param {import("../differing.js").Differing | null} found
 * @param {string} runId
 */
export function differsText(found, runId) {
  if (found?.runId !== runId || !found.words.length) return "";
  const named = found.words.slice(0, MOST);
  const words = [...named, ...(found.words.length > MOST ? ["…"] : [])].join(" · ");
  return _("The form differs from this run in: %(words)s", { words });
}

/**
 * @param {HTMLElement} root
 * @param {() => void} render
 */
export function createLine(root, render) {
  const lifetime = createLifetime();
  const box = part(root, "whole", HTMLDetailsElement);
  const place = part(root, "whole-body");
  const whole = alone(
    place,
    ({ createWhole }) => createWhole(place),
    () => fetchPart("whole", () => import("./whole.js")),
  );
  lifetime.own(whole);
  lifetime.atEnd(differing.subscribe(render));
  box.addEventListener("toggle", render, { signal: lifetime.signal });

  return {
    /** @param {Watching} now */
    draw({ run }) {
      if (!run) return;
      setText(part(root, "line"), lineOf(run.config));
      setText(part(root, "whole-word"), box.open ? _("Show less") : _("Show all"));
      if (box.open) whole.draw(run.config);
      setText(part(root, "differs"), differsText(differing.get(), run.id));
    },
    dispose: lifetime.dispose,
  };
}
