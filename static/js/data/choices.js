// @ts-check
/** Which dataset and which part of it. */

import { titleOf } from "../download.js";
import { el } from "../dom.js";
import { createLifetime } from "../lifetime.js";
import { count } from "../numbers.js";
import { part } from "../parts.js";

/** @typedef {import("./state.js").Looking} Looking */

/**
 * @param {HTMLElement} root
 * @param {(change: {dataset: string} | {part: "train" | "test"}) => void} onChange
 */
export function mountChoices(root, onChange) {
  const box = part(root, "dataset", HTMLSelectElement);
  const radios = /** @type {HTMLInputElement[]} */ ([
    ...part(root, "parts").querySelectorAll("input"),
  ]);
  let offered = "";
  const lifetime = createLifetime();
  const { signal } = lifetime;

  box.addEventListener("change", () => onChange({ dataset: box.value }), { signal });
  for (const radio of radios) {
    const choose = () => onChange({ part: radio.value === "test" ? "test" : "train" });
    radio.addEventListener("change", choose, { signal });
  }

  return {
    /** @param {Looking} state */
    draw({ datasets, dataset, part: half }) {
      const titles = datasets.map(titleOf);
      if (titles.join() !== offered) {
        offered = titles.join();
        box.replaceChildren(
          ...datasets.map(({ name }, n) => el("option", { value: name }, titles[n])),
        );
      }
      if (box.value !== dataset) box.value = dataset;
      const facts = datasets.find(({ name }) => name === dataset);
      for (const radio of radios) {
        radio.checked = radio.value === half;
        const many = radio.value === "test" ? facts?.test : facts?.train;
        part(root, `many-${radio.value}`).textContent = facts ? count(many) : "";
      }
    },
    dispose: lifetime.dispose,
  };
}
