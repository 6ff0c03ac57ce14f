// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { grouped, matches } from "../../static/js/build/kinds.js";

/** @param {string} type @returns {import("../../static/js/types.js").LayerKind} */
const kind = (type, title = type, help = "") =>
  /** @type {any} */ ({ type, title, help, arguments: [], learns: false });

test("each kind is in one group, those that no group names in the last", () => {
  const kinds = ["Dropout", "Dense", "Later", "Conv2D"].map((type) => kind(type));
  const found = grouped(kinds).map(([title, own]) => [title, own.map(({ type }) => type)]);
  assert.deepEqual(found, [
    ["Basic", ["Dense"]],
    ["For images", ["Conv2D"]],
    ["Normalisation and regularisation", ["Dropout"]],
    ["Others", ["Later"]],
  ]);
});

test("a search finds names, Keras' names, help and groups, each of its words", () => {
  const dense = kind("Dense", "Fully connected", "Each unit sees all inputs.");
  for (const search of ["", "dense", "fully", "INPUTS", "basic", "unit connected"])
    assert.equal(matches(dense, "Basic", search), true, search);
  for (const search of ["dropout", "dense images"])
    assert.equal(matches(dense, "Basic", search), false, search);
});
