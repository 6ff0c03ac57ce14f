// @ts-check
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { setLanguage } from "../../static/js/i18n.js";
import { additions, chain, figure, lineOf } from "../../static/js/runline.js";
import { differsText } from "../../static/js/watch/line.js";
import { sectionsOf } from "../../static/js/watch/whole.js";
import { catalog, lecture } from "./catalog.js";

afterEach(() => setLanguage("en", {}));

const cases = JSON.parse(readFileSync(new URL("../lines.json", import.meta.url), "utf-8"));

/** @param {object} [rest] @returns {any} */
const config = (rest = {}) => ({ ...lecture(), ...rest });

for (const { about, layers, chain: widths, additions: added } of cases) {
  test(`a network in a line: ${about}`, () => {
    assert.equal(chain(layers), widths);
    assert.deepEqual(additions(layers), added);
  });
}

test("numbers are short", () => {
  const numbers = [0.1, 0.001, 0.00001, 1e30, 100, 0.123456789];
  assert.deepEqual(numbers.map(figure), ["0.1", "0.001", "1e-5", "1e30", "100", "0.123457"]);
});

test("a run in a line", () => {
  const line = "784 → 500 → 10 · adam 0.001 · batch 100 · 5,000 digits · seed 1";
  assert.equal(lineOf(config()), line);
  const other = config({
    dataset: { name: "mnist", train_samples: 1000 },
    compile: {
      loss: { name: "mean_squared_error" },
      optimizer: { name: "SGD", learning_rate: 0.1 },
    },
    seed: 4_000_000_000,
  });
  assert.equal(
    lineOf(other),
    "784 → 500 → 10 · mean_squared_error · SGD 0.1 · batch 100 · " +
      "first 1,000 images of 70,000 digits · seed 4000000000",
  );
});

test("the form differs in few words, or in nothing, or that is not known", () => {
  const words = ["SGD 0.1", "batch 32"];
  assert.equal(
    differsText({ runId: "a", words }, "a"),
    "The form differs from this run in: SGD 0.1 · batch 32",
  );
  assert.equal(differsText({ runId: "b", words }, "a"), "");
  assert.equal(differsText({ runId: "a", words: [] }, "a"), "");
  assert.equal(differsText(null, "a"), "");
  const many = differsText({ runId: "a", words: [..."1234567"] }, "a");
  assert.match(many, /4 · 5 · …$/);
});

test("the whole configuration is described by the form's names", () => {
  const early = { name: "x", monitor: "val_loss", patience: 3, restore_best: true };
  const sections = sectionsOf(
    catalog(),
    config({ fit: { batch_size: 1000, early_stopping: early } }),
  );
  assert.deepEqual(
    sections.map(({ title }) => title),
    ["Build", "Compile", "Fit"],
  );
  const [build, compile, fit] = sections.map(({ rows }) => rows);
  assert.deepEqual(build, [
    ["Flatten", ""],
    ["Dense", "activation relu · units 500"],
    ["Dense", "activation softmax · units 10"],
  ]);
  assert.deepEqual(compile.slice(0, 3), [
    ["loss", "categorical_crossentropy"],
    ["optimizer", "adam"],
    ["learning_rate", "0.001"],
  ]);
  assert.deepEqual(fit, [
    ["train_samples", "all of them"],
    ["batch_size", "1,000"],
    ["early_stopping", "x · monitor val_loss · patience 3 · restore_best yes"],
    ["seed", "1"],
  ]);
});
