// @ts-check
/**
 * What the list is asked for. The address names it; the fields above the list and its headings
 * change the address.
 */
import { createLifetime } from "../lifetime.js";
import { byId } from "../parts.js";
import { fieldOf, STANDARD_SORT } from "./columns.js";

/** @typedef {import("./comparing.js").Address} Address */
/** @typedef {ReturnType<Address["get"]>} Named */

/** So long a search waits for the next letter. */
const TYPING_MS = 200;

/**
 * @param {Address} address
 * @param {ReturnType<typeof import("./view.js").createView>} view
 * @param {(id: string) => boolean} isSorted whether runs can be sorted by this
 */
export function mountAsked(address, view, isSorted) {
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const search = byId("search", HTMLInputElement);
  const status = byId("status", HTMLSelectElement);
  /** Only where others use the server too. */
  const whose = /** @type {HTMLSelectElement|null} */ (document.getElementById("whose"));

  /** @param {Named} named */
  const ask = (named) =>
    void view.change({
      text: named.q,
      status: named.status,
      sort: named.sort,
      mine: whose !== null && named.whose !== "all",
    });

  /** Fill the fields; take out of the address what nobody can ask for. @param {Named} named @param {boolean} isTyped */
  function show(named, isTyped) {
    if (!isTyped) search.value = named.q;
    status.value = named.status;
    if (whose) whose.value = named.whose ?? "mine";
    const wrong = {
      ...(status.value === named.status ? {} : { status: "" }),
      ...(isSorted(fieldOf(named.sort)) ? {} : { sort: STANDARD_SORT }),
    };
    if (Object.keys(wrong).length) address.correct(wrong);
  }

  /** @param {Named} named */
  const keyOf = ({ q, status: chosen, sort, whose: who }) => [q, chosen, sort, who].join("\n");

  /** @param {Named} now @param {Named} before @param {import("../address.js").How} how */
  function onAddress(now, before, how) {
    if (keyOf(now) === keyOf(before)) return;
    ask(now);
    show(now, how === "chosen");
  }

  const typing = lifetime.timer();
  const find = () => address.choose({ q: search.value.trim() });
  search.addEventListener("input", () => typing.start(find, TYPING_MS), { signal });
  status.addEventListener("change", () => address.choose({ status: status.value }), { signal });
  const choose = () => address.choose({ whose: whose?.value === "all" ? "all" : null });
  whose?.addEventListener("change", choose, { signal });
  show(address.get(), false);
  ask(address.get());
  lifetime.atEnd(address.subscribe(onAddress));
  return { dispose: lifetime.dispose };
}
