// @ts-check
/** Tabs by the pattern that screen readers know: arrow keys move, one tab stop. */

/**
 * @param {HTMLElement} root holds one tab list; a tab's `aria-controls` names its panel
 * @param {(name: string) => void} onShow called with "epochs" for the tab `tab-epochs`
 */
export function mountTabs(root, onShow) {
  const tabs = /** @type {HTMLElement[]} */ ([...root.querySelectorAll('[role="tab"]')]);
  const show = (/** @type {HTMLElement} */ chosen) => {
    for (const tab of tabs) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
      if (panel) panel.hidden = !on;
    }
    onShow(chosen.id.replace("tab-", ""));
  };
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => show(tab));
    tab.addEventListener("keydown", (event) => {
      const last = tabs.length - 1;
      /** @type {Record<string, number>} */
      const to = {
        ArrowRight: (index + 1) % tabs.length,
        ArrowLeft: index ? index - 1 : last,
        Home: 0,
        End: last,
      };
      const next = tabs[to[event.key]];
      if (!next) return;
      event.preventDefault();
      show(next);
      next.focus();
    });
  });
}
