// @ts-check
/** How many images the lessons train with. */
import { _ } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { part, setText } from "../parts.js";
import { createView, html } from "../render.js";

/** @typedef {import("./state.js").Answer["sizes"][number]} Size */

/**
 * @param {HTMLElement} root
 * @param {Size[]} sizes
 * @param {string} size the one to begin with
 * @param {(size: string) => void} onChange
 */
export function mountSize(root, sizes, size, onChange) {
  const select = part(root, "size", HTMLSelectElement);
  const lifetime = createLifetime();
  const view = lifetime.own(createView(select, () => sizes.map(option)));
  const say = () => {
    const help = sizes.find(({ name }) => name === select.value)?.help;
    setText(part(root, "size-help"), help ?? "");
  };
  const change = () => {
    say();
    onChange(select.value);
  };
  view.draw(null);
  show(size);
  select.addEventListener("change", change, { signal: lifetime.signal });
  return { show, dispose: lifetime.dispose };

  /** @param {string} chosen */
  function show(chosen) {
    select.value = chosen;
    say();
  }
}

/** @param {Size} size */
const option = ({ name, title, available }) => html`
  <option value=${name} ?disabled=${!available}>
    ${available ? title : _("%(size)s: MNIST is not on this machine", { size: title })}
  </option>
`;
