// @ts-check
/** Tabs by the pattern that screen readers know: arrow keys move, one tab stop. */
import { createLifetime } from "../lifetime.js";

/** @param {HTMLElement} root */
const tabsIn = (root) => /** @type {HTMLElement[]} */ ([...root.querySelectorAll('[role="tab"]')]);

/** @param {string} name */
const idOf = (name) => `tab-${name}`;

/**
 * Listens at `root`: the tabs may be made anew.
 * @param {HTMLElement} root holds one tab list; a tab's `aria-controls` names its panel
 * @param {(name: string) => void} onShow called with "curves" for the tab `tab-curves`
 */
export function mountTabs(root, onShow) {
  const show = (/** @type {HTMLElement} */ tab) => {
    const name = tab.id.replace(idOf(""), "");
    showTab(root, name);
    onShow(name);
    comeToView(tab);
  };
  const onClick = (/** @type {Event} */ event) => {
    const tab = tabOf(event);
    if (tab) show(tab);
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const tab = tabOf(event);
    const next = tab && neighbour(tabsIn(root), tab, event.key);
    if (!next) return;
    event.preventDefault();
    show(next);
    next.focus({ preventScroll: true });
  };
  const lifetime = createLifetime();
  const { signal } = lifetime;
  root.addEventListener("click", onClick, { signal });
  root.addEventListener("keydown", onKey, { signal });
  return { dispose: lifetime.dispose };
}

/** @param {Event} event */
function tabOf({ target }) {
  const tab = target instanceof Element ? target.closest('[role="tab"]') : null;
  return tab instanceof HTMLElement ? tab : null;
}

/** Where a key leads from a tab. @param {HTMLElement[]} tabs @param {HTMLElement} tab @param {string} key */
function neighbour(tabs, tab, key) {
  const [index, last] = [tabs.indexOf(tab), tabs.length - 1];
  /** @type {Record<string, number>} */
  const to = {
    ArrowRight: (index + 1) % tabs.length,
    ArrowLeft: index ? index - 1 : last,
    Home: 0,
    End: last,
  };
  return tabs[to[key]];
}

/** @param {HTMLElement} tab */
const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls") ?? "");

/**
 * Show the panel of one tab.
 * @param {HTMLElement} root
 * @param {string} name
 */
export function showTab(root, name) {
  for (const tab of tabsIn(root)) {
    const on = tab.id === idOf(name);
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    const panel = panelOf(tab);
    if (panel) panel.hidden = !on;
    if (on) showWhole(tab);
  }
}

/** In a list that is too narrow for all, the whole tab is seen. @param {HTMLElement} tab */
function showWhole(tab) {
  const list = /** @type {HTMLElement} */ (tab.parentElement);
  const [own, all] = [tab.getBoundingClientRect(), list.getBoundingClientRect()];
  if (own.left < all.left) list.scrollLeft -= all.left - own.left;
  if (own.right > all.right) list.scrollLeft += own.right - all.right;
}

/**
 * The list sticks to the top: a panel whose beginning went away above it comes back, and so does
 * one of which little is in sight below.
 * @param {HTMLElement} tab
 */
function comeToView(tab) {
  const list = /** @type {HTMLElement} */ (tab.parentElement);
  const whole = /** @type {HTMLElement} */ (list.parentElement);
  const { top } = whole.getBoundingClientRect();
  const isAway = list.getBoundingClientRect().top > top + 1;
  if (isAway || top > innerHeight / 2) whole.scrollIntoView({ block: "start" });
}
