// @ts-check
/** One lesson, on the page and on the projector: question, guess, runs, then figures and moral. */
import { _ } from "../i18n.js";
import { part } from "../parts.js";
import { createView, html, keyed, nothing } from "../render.js";
import { entryOf } from "../termlink.js";
import { changes } from "./changes.js";
import { linesOf } from "./course.js";
import { curve } from "./curve.js";
import { figures } from "./figures.js";
import { mustWait } from "./training.js";
import { experimentsOf, guessOf, isOpen, lessonOf } from "./state.js";
import { trained } from "./trained.js";
import { outcomeWords, runHelp, runWords, veilWords } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Lesson} Lesson */
/**
 * @typedef {object} Acts
 * @property {(number: number, index: number|null) => void} guess
 * @property {(lesson: Lesson) => void} run
 * @property {(number: number) => void} early
 * @property {(event: MouseEvent) => void} go
 * @property {(number: number) => string} to the address of a lesson
 */

/** @param {HTMLElement} root @param {Acts} acts */
export function createLesson(root, acts) {
  const view = createView(root, (/** @type {State} */ state) => {
    const lesson = lessonOf(state);
    return lesson ? keyed(lesson.number, article(state, lesson, acts)) : nothing;
  });
  return {
    ...view,
    /** @param {State} state */
    draw(state) {
      const lesson = lessonOf(state);
      root.hidden = !lesson;
      root.dataset.open = String(Boolean(lesson && isOpen(state, lesson)));
      view.draw(state);
    },
    focus: () => part(root, "title").focus({ preventScroll: true }),
  };
}

/** @param {State} state @param {Lesson} lesson @param {Acts} acts */
const article = (state, lesson, acts) => html`
  <header>
    <p class="place">${lesson.number}</p>
    <h2
      id="lesson-title"
      data-part="title"
      tabindex="-1"
      aria-level=${state.place.projector ? "1" : nothing}
    >
      ${lesson.title}
    </h2>
  </header>
  <section class="ask">
    <p class="setup">${lesson.setup}</p>
    <div class="changes">${changes(state, lesson)}</div>
    <fieldset class="guesses">
      <legend>${lesson.question}</legend>
      <div data-part="guesses">
        ${lesson.guesses.map(({ text }, index) => guess(state, lesson, text, index, acts))}
      </div>
    </fieldset>
  </section>
  <section class="trial" aria-label=${_("Runs of this lesson")}>
    <div class="trained">${trained(state, lesson)}</div>
    <div class="go" ?hidden=${mustWait(state, experimentsOf(lesson))}>
      <button
        type="button"
        class="primary"
        ?disabled=${state.sending}
        @click=${() => acts.run(lesson)}
      >
        ${runWords(state, lesson)}
      </button>
      <p class="hint">${runHelp(state, lesson)}</p>
    </div>
  </section>
  ${isOpen(state, lesson) ? reveal(state, lesson, acts) : veil(state, lesson, acts)}
  ${ways(state, lesson, acts)}
`;

/** @param {State} state @param {Lesson} lesson @param {string} text @param {number} index @param {Acts} acts */
const guess = (state, lesson, text, index, acts) => html`
  <button
    type="button"
    class="guess"
    aria-pressed=${guessOf(state, lesson) === index}
    ?disabled=${state.place.projector}
    @click=${() => acts.guess(lesson.number, index)}
  >
    <b aria-hidden="true">${"ABC"[index]}</b><span>${text}</span>
  </button>
`;

/** What is there until figures and moral are. @param {State} state @param {Lesson} lesson @param {Acts} acts */
function veil(state, lesson, acts) {
  if (state.place.projector) return nothing;
  const isGuessed = lesson.number in state.guesses;
  const show = html`
    <button type="button" class="link" @click=${() => acts.early(lesson.number)}>
      ${_("Show now")}
    </button>
  `;
  return html`<div class="veil">
    <p>${veilWords(state, lesson)}</p>
    ${isGuessed ? show : nothing}
  </div>`;
}

/** Figures and moral. @param {State} state @param {Lesson} lesson @param {Acts} acts */
function reveal(state, lesson, acts) {
  const lines = linesOf(state, lesson);
  const again = html`
    <p class="tail">
      <button type="button" class="link" @click=${() => acts.guess(lesson.number, null)}>
        ${_("Guess again")}
      </button>
    </p>
  `;
  return html`
    <section class="reveal">
      <div class="findings">
        <p class="verdict">${outcomeWords(state, lesson)}</p>
        <h3 class="moral">${lesson.moral}</h3>
        <p class="why">${lesson.why}</p>
        ${state.place.projector ? nothing : terms(lesson)}
        ${lesson.today ? html`<p class="today">${lesson.today}</p>` : nothing}
      </div>
      <div class="shown">
        <div class="figures">${figures(state, lesson)}</div>
        ${lines.length ? html`<figure class="curve">${curve(lines)}</figure>` : nothing}
      </div>
      ${state.place.projector ? nothing : again}
    </section>
  `;
}

/** @param {Lesson} lesson */
const terms = (lesson) => html`
  <p class="terms">
    ${lesson.terms.map(
      ({ name, title, says }) =>
        html`<a class="term" href=${entryOf(name)} data-says=${says}>${title}</a>`,
    )}
  </p>
`;

/** The lessons before and after. @param {State} state @param {Lesson} lesson @param {Acts} acts */
function ways({ answer, place }, lesson, { go, to }) {
  const at = answer.lessons.indexOf(lesson);
  const [before, after] = [answer.lessons[at - 1], answer.lessons[at + 1]];
  const name = (/** @type {Lesson} */ { number, title }) => `${number} · ${title}`;
  const keys = place.projector ? _("→ shows the conclusion, then the next lesson · Esc ends") : "";
  return html`
    <footer>
      ${before
        ? html`<a class="button" rel="prev" href=${to(before.number)} @click=${go}
            >← ${name(before)}</a
          >`
        : nothing}
      <p class="keys">${keys}</p>
      ${after
        ? html`<a class="button" rel="next" href=${to(after.number)} @click=${go}
            >${name(after)} →</a
          >`
        : nothing}
    </footer>
  `;
}
