// @ts-check
/** All twelve lessons: as a strand of numbers beside a lesson, and as a list with figures. */
import { shownStatus } from "../diverged.js";
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { createKeyed } from "../keyed.js";
import { percent } from "../numbers.js";
import { addressOf, finished, isOpen, outcome, shown } from "./state.js";
import { progressWords } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Lesson} Lesson */

/**
 * The numbers, each a link.
 * @param {HTMLElement} root
 * @param {(event: MouseEvent) => void} go
 */
export function createStrand(root, go) {
  root.addEventListener("click", go);
  const list = createKeyed(root);
  return {
    /** @param {State} state */
    draw(state) {
      const { answer, place } = state;
      root.hidden = place.number === null || place.projector;
      if (root.hidden) return;
      list.draw(
        answer.lessons.map((lesson) =>
          itemOf(
            lesson,
            el(
              "a",
              {
                href: addressOf({ ...place, number: lesson.number }),
                "aria-current": lesson.number === place.number && "page",
                "data-state": stateOf(state, lesson),
                title: lesson.title,
              },
              el("b", {}, lesson.number),
              el("span", {}, lesson.title),
            ),
          ),
        ),
      );
    },
  };
}

/** How far somebody is with a lesson, as the strand shows it. @param {State} state */
export function stateOf(state, /** @type {Lesson} */ lesson) {
  if (String(lesson.number) in state.guesses) return "guessed";
  return finished(state.runs[lesson.experiment]) ? "run" : "";
}

/**
 * @param {HTMLElement} root
 * @param {(event: MouseEvent) => void} go
 */
export function createRows(root, go) {
  root.addEventListener("click", go);
  const list = createKeyed(root);
  return {
    /** @param {State} state */
    draw: (state) =>
      list.draw(state.answer.lessons.map((lesson) => itemOf(lesson, row(state, lesson)))),
  };
}

/** @param {Lesson} lesson @param {HTMLElement} made @returns {import("../keyed.js").Item} */
const itemOf = ({ number }, made) => ({
  key: String(number),
  version: made.outerHTML,
  make: () => made,
});

/** @param {State} state @param {Lesson} lesson */
function row(state, lesson) {
  const open = isOpen(state, lesson);
  const run = shown(state.runs[lesson.experiment]);
  return el(
    "li",
    {},
    el(
      "a",
      { href: addressOf({ ...state.place, number: lesson.number }) },
      el("b", {}, lesson.number),
      el("strong", {}, lesson.title),
    ),
    el("p", {}, open ? lesson.moral : lesson.question),
    el("p", { class: "marks" }, ...marks(state, lesson, open), run && !open && runPill(run)),
  );
}

/** What is known of a lesson that is open: whether it was right, and the figures. */
function marks(
  /** @type {State} */ state,
  /** @type {Lesson} */ lesson,
  /** @type {boolean} */ open,
) {
  if (!open) return [];
  const found = outcome(state, lesson);
  const right = found && lesson.guesses[state.guesses[lesson.number]] === found.right;
  const { lecture } = state.answer.experiments[lesson.experiment];
  const run = shown(state.runs[lesson.experiment]);
  return [
    found &&
      el(
        "span",
        { class: "pill", "data-right": String(Boolean(right)) },
        right ? _("guessed right") : _("guessed otherwise"),
      ),
    lecture.test !== null &&
      el("span", { class: "num" }, _("lecture %(share)s", { share: percent(lecture.test) })),
    run && el("span", { class: "num" }, _("here: %(words)s", { words: progressWords(run) })),
  ];
}

/** A run's state without giving away how it ended. @param {import("../types.js").Run} run */
const runPill = (run) =>
  el("span", { class: "pill", "data-status": shownStatus(run) }, progressWords(run, false));
