// @ts-check
/** One lesson, on the page and on the projector: question, guess, runs, then figures and moral. */
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { createKeyed } from "../keyed.js";
import { part, setText } from "../parts.js";
import { changes } from "./changes.js";
import { curve, linesOf } from "./curve.js";
import { figuresNote, figuresTable } from "./figures.js";
import { addressOf, experimentsOf, isOpen, lessonOf, mustWait, outcome } from "./state.js";
import { createTrained } from "./trained.js";
import { runHelp, runWords, veilWords, verdictWords } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Lesson} Lesson */

/**
 * @param {HTMLElement} root
 * @param {{guess: (number: number, index: number|null) => void, run: (lesson: Lesson) => void,
 *   early: (number: number) => void,
 *   go: (event: MouseEvent) => void}} acts
 */
export function createLesson(root, acts) {
  const find = (/** @type {string} */ name) => part(root, name);
  const trained = createTrained(find("trained"));
  /** @type {State|null} */
  let now = null;
  /** @type {Map<string, {text: string, list: ReturnType<typeof createKeyed>}>} */
  const drawn = new Map();

  /** Fill a part anew, but only when `key`, all that it shows, is another. */
  function fill(
    /** @type {string} */ name,
    /** @type {unknown} */ key,
    /** @type {() => Node[]} */ make,
  ) {
    const text = JSON.stringify(key);
    const before = drawn.get(name);
    if (before?.text === text) return;
    const list = before?.list ?? createKeyed(find(name));
    drawn.set(name, { text, list });
    const nodes = /** @type {HTMLElement[]} */ (make());
    list.draw(nodes.map((node, n) => ({ key: String(n), version: text, make: () => node })));
  }

  const lesson = () => /** @type {Lesson} */ (now && lessonOf(now));
  find("run").addEventListener("click", () => acts.run(lesson()));
  find("early").addEventListener("click", () => {
    acts.early(lesson().number);
    find("title").focus({ preventScroll: true });
  });
  find("again").addEventListener("click", () => {
    acts.guess(lesson().number, null);
    find("guesses").querySelector("button")?.focus();
  });
  for (const name of ["before", "after"]) find(name).addEventListener("click", acts.go);

  return {
    /** @param {State} state */
    draw(state) {
      const shown = lessonOf(state);
      root.hidden = !shown;
      if (!shown) return;
      now = state;
      words(shown);
      guesses(state, shown);
      trained.draw(state, shown);
      find("go").hidden = mustWait(state, experimentsOf(shown));
      setText(find("run"), runWords(state, shown));
      setText(find("run-help"), runHelp(state, shown));
      reveal(state, shown);
      ways(state, shown);
    },
    focus: () => find("title").focus({ preventScroll: true }),
  };

  /** @param {Lesson} shown */
  function words(shown) {
    const state = /** @type {State} */ (now);
    setText(find("place"), String(shown.number));
    for (const name of /** @type {const} */ (["title", "setup", "question"]))
      setText(find(name), shown[name]);
    fill("changes", [shown.number, state.size], () => changes(state, shown));
  }

  /** @param {State} state @param {Lesson} shown */
  function guesses({ guesses, place }, shown) {
    const chosen = place.projector ? undefined : guesses[shown.number];
    fill("guesses", [shown.number, chosen, place.projector], () =>
      shown.guesses.map(({ text }, index) =>
        el(
          "button",
          {
            type: "button",
            class: "guess",
            "aria-pressed": String(chosen === index),
            disabled: place.projector,
            onclick: () => acts.guess(shown.number, index),
          },
          el("b", { "aria-hidden": "true" }, "ABC"[index]),
          el("span", {}, text),
        ),
      ),
    );
  }

  /** @param {State} state @param {Lesson} shown */
  function reveal(state, shown) {
    const open = isOpen(state, shown);
    root.dataset.open = String(open);
    find("veil").hidden = open || state.place.projector;
    setText(find("veil-words"), veilWords(state, shown));
    find("early").hidden = !(shown.number in state.guesses);
    find("reveal").hidden = !open;
    if (!open) return;
    const guess = state.place.projector ? undefined : state.guesses[shown.number];
    const found = outcome(state, shown);
    setText(find("verdict"), found ? verdictWords(shown, found, guess) : "");
    setText(find("moral"), shown.moral);
    setText(find("why"), shown.why);
    setText(find("today"), shown.today);
    find("today").hidden = !shown.today;
    find("again").hidden = state.place.projector;
    const table = figuresTable(state, shown);
    const note = figuresNote(state, shown);
    fill("figures", [shown.number, table.outerHTML, Boolean(note)], () =>
      note ? [table, note] : [table],
    );
    const lines = linesOf(state, shown);
    fill("curve", [shown.number, lines], () => curve(lines));
    find("curve").hidden = !lines.length;
  }

  /** The lessons before and after. @param {State} state @param {Lesson} shown */
  function ways({ answer, place }, shown) {
    const at = answer.lessons.indexOf(shown);
    way(find("before"), answer.lessons[at - 1], place, "←");
    way(find("after"), answer.lessons[at + 1], place, "→");
    setText(
      find("keys"),
      place.projector ? _("→ shows the moral, then the next lesson · Esc ends") : "",
    );
  }
}

/**
 * @param {HTMLAnchorElement} link
 * @param {Lesson|undefined} to
 * @param {import("./state.js").Place} place
 * @param {string} arrow
 */
function way(link, to, place, arrow) {
  link.hidden = !to;
  if (!to) return;
  link.href = addressOf({ ...place, number: to.number });
  const text = `${to.number} · ${to.title}`;
  setText(link, arrow === "←" ? `← ${text}` : `${text} →`);
}
