// @ts-check
/** All twelve lessons: as a strand of numbers beside a lesson, and as a list with figures. */
import { lookOf } from "../look.js";
import { _ } from "../i18n.js";
import { percent } from "../numbers.js";
import { createView, html, nothing } from "../render.js";
import { outcome } from "./results.js";
import { isOpen, progressOf, shown } from "./state.js";
import { progressWords } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Lesson} Lesson */
/** @typedef {Pick<import("./lesson.js").Acts, "go" | "to">} Ways */

/**
 * The numbers, each a link.
 * @param {HTMLElement} root
 * @param {Ways} ways
 */
export function createStrand(root, ways) {
  const view = createView(root, (/** @type {State} */ state) =>
    state.answer.lessons.map((lesson) => number(state, lesson, ways)),
  );
  return {
    ...view,
    /** @param {State} state */
    draw(state) {
      root.hidden = state.place.number === null || state.place.projector;
      if (!root.hidden) view.draw(state);
    },
  };
}

/** @param {State} state @param {Lesson} lesson @param {Ways} ways */
const number = (state, lesson, { go, to }) => html`
  <a
    href=${to(lesson.number)}
    aria-current=${lesson.number === state.place.number ? "page" : nothing}
    data-state=${progressOf(state, lesson)}
    title=${lesson.title}
    @click=${go}
  >
    <b>${lesson.number}</b><span>${lesson.title}</span>
  </a>
`;

/**
 * The lessons with what is known of each.
 * @param {HTMLElement} root
 * @param {Ways} ways
 */
export const createRows = (root, ways) =>
  createView(root, (/** @type {State} */ state) =>
    state.answer.lessons.map((lesson) => row(state, lesson, ways)),
  );

/** @param {State} state @param {Lesson} lesson @param {Ways} ways */
function row(state, lesson, { go, to }) {
  const open = isOpen(state, lesson);
  return html`
    <li>
      <a href=${to(lesson.number)} @click=${go}>
        <b>${lesson.number}</b><strong>${lesson.title}</strong>
      </a>
      <p>${open ? lesson.moral : lesson.question}</p>
      <p class="marks">${open ? marks(state, lesson) : runPill(state, lesson)}</p>
    </li>
  `;
}

/** Whether the guess was right, and the figures. @param {State} state @param {Lesson} lesson */
function marks(state, lesson) {
  const found = outcome(state, lesson);
  const right = found && lesson.guesses[state.guesses[lesson.number]] === found.right;
  const { lecture } = state.answer.experiments[lesson.experiment];
  const run = shown(state.runs[lesson.experiment]);
  return [
    found ? verdict(Boolean(right)) : nothing,
    lecture.test === null
      ? nothing
      : figure(_("lecture %(share)s", { share: percent(lecture.test) })),
    run ? figure(_("here: %(words)s", { words: progressWords(run) })) : nothing,
  ];
}

/** @param {boolean} right */
const verdict = (right) =>
  html`<span class="pill" data-right=${right}
    >${right ? _("guessed right") : _("guessed differently")}</span
  >`;

/** @param {string} text */
const figure = (text) => html`<span class="num">${text}</span>`;

/** A run's state without giving away how it ended. @param {State} state @param {Lesson} lesson */
function runPill({ runs }, { experiment }) {
  const run = shown(runs[experiment]);
  if (!run) return nothing;
  return html`<span class="pill" data-status=${lookOf(run)}>${progressWords(run, false)}</span>`;
}
