// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createChosen, loadColumns, saveColumns } from "../../static/js/runs/chosen.js";
import * as columns from "../../static/js/runs/columns.js";
import { createStorage } from "../../static/js/storage.js";
import { withValue } from "../../static/js/build/paths.js";
import { fakeArea } from "./area.js";
import { lecture } from "./catalog.js";

/** @typedef {import("../../static/js/types.js").Run} Run */

/** @param {Partial<Run>} [rest] @returns {Run} */
const run = (rest = {}) =>
  /** @type {Run} */ ({
    name: "A",
    status: "finished",
    source: "trained",
    config: lecture(),
    created_at: "2026-01-01T00:00:00.000Z",
    started_at: "2026-01-01T00:00:00.000Z",
    ended_at: "2026-01-01T00:00:40.000Z",
    params: 7850,
    epoch: 5,
    epochs: 20,
    latest: { loss: 0.25, accuracy: 0.9, val_loss: null, val_accuracy: null },
    best: null,
    test: { loss: 0.1, accuracy: 0.95 },
    disk_bytes: 7_812_000,
    ...rest,
  });

test("each column says what it is of a run", () => {
  const said = (/** @type {string} */ id) => columns.textOf(run(), id);
  assert.equal(said("test_accuracy"), "95.00%");
  assert.equal(said("val_accuracy"), "–");
  assert.equal(said("loss"), "0.2500");
  assert.equal(said("epoch"), "5 / 20");
  assert.equal(said("seconds"), "40 s");
  assert.equal(said("disk_bytes"), "7.8 MB");
  assert.equal(said("params"), "7,850");
  assert.equal(said("layers"), "3");
  assert.equal(said("compile.optimizer.name"), "adam");
  assert.equal(said("compile.optimizer.learning_rate"), "0.001");
  assert.equal(said("compile.loss.name"), "categorical_crossentropy");
  assert.equal(said("compile.loss.delta"), "–");
  const shuffled = withValue(lecture(), "fit.shuffle", true);
  assert.equal(
    columns.textOf(run({ config: /** @type {any} */ (shuffled) }), "fit.shuffle"),
    "yes",
  );
  assert.equal(said("fit.early_stopping.patience"), "–");
  assert.equal(said("dataset.train_samples"), "–");
});

test("a loss with arguments has a name and values", () => {
  const config = withValue(lecture(), "compile.loss", { name: "huber", delta: 0.5 });
  const one = run({ config: /** @type {Run["config"]} */ (config) });
  assert.equal(columns.textOf(one, "compile.loss.name"), "huber");
  assert.equal(columns.textOf(one, "compile.loss.delta"), "0.5");
  assert.equal(columns.textOf(run({ config: withSeed(2 ** 32 - 1) }), "seed"), "4294967295");
});

/** @param {number} seed @returns {Run["config"]} */
const withSeed = (seed) => /** @type {any} */ ({ ...lecture(), seed });

test("a heading sorts by what is wanted most, then the other way round", () => {
  const { nextSort, directionOf, fieldOf } = columns;
  assert.equal(nextSort("-created_at", "test_accuracy"), "-test_accuracy");
  assert.equal(nextSort("-test_accuracy", "test_accuracy"), "test_accuracy");
  assert.equal(nextSort("test_accuracy", "test_accuracy"), "-test_accuracy");
  assert.equal(nextSort("-created_at", "test_loss"), "test_loss");
  assert.equal(nextSort("-created_at", "created_at"), "created_at");
  assert.equal(directionOf("-a.b"), "descending");
  assert.equal(fieldOf("-a.b"), "a.b");
});

test("widths come from the columns, not from what is in them", () => {
  const some = /** @type {columns.Column[]} */ ([
    { id: "status", label: "", kind: "text" },
    { id: "seed", label: "", kind: "number" },
  ]);
  const { tracks, least } = columns.widths(some);
  assert.equal(tracks.match(/minmax/g)?.length, 3);
  assert.equal(least, `${44 + 210 + 176 + 88 + 52}px`);
});

const USUAL = ["status", "curve", "test_accuracy", "val_accuracy", "epoch", "seconds"];
const ALL = [...USUAL, "created_at", "disk_bytes", "params", "seed"].map((id) => ({
  id,
  label: id,
  kind: "number",
}));

test("where there is room, more columns are shown", () => {
  const shown = (/** @type {number} */ room) =>
    columns.standardColumns(ALL, room).map(({ id }) => id);
  assert.deepEqual(shown(340), USUAL);
  assert.deepEqual(shown(974), USUAL, "1,024 pixels");
  assert.deepEqual(shown(1230), [...USUAL, "created_at", "disk_bytes"], "1,280 pixels");
  assert.deepEqual(shown(1316), [...USUAL, "created_at", "disk_bytes", "params"], "1,366");
});

test("columns are those of the address, else the usual ones", () => {
  let room = 340;
  const chosen = createChosen(ALL, () => room);
  assert.deepEqual(chosen.ids(), USUAL);
  const same = chosen.get();
  room = 400;
  chosen.update();
  assert.equal(chosen.get(), same, "the same columns stay the same array");
  assert.deepEqual(chosen.name(["seed", "nothing", "status"]), ["status", "seed"]);
  assert.deepEqual(chosen.ids(), ["status", "seed"], "in their own order");
  assert.deepEqual(chosen.after("epoch", true), ["status", "epoch", "seed"]);
  assert.deepEqual(chosen.after("status", false), ["seed"]);
  chosen.name(["seed"]);
  assert.deepEqual(chosen.after("seed", false), ["seed"], "the last one stays");
  chosen.name([]);
  assert.deepEqual(chosen.ids(), USUAL);
});

test("what the reader has chosen is kept for the next time", () => {
  const area = fakeArea();
  const kept = createStorage(() => area);
  assert.deepEqual(loadColumns(kept), []);
  saveColumns(kept, ["seed", "epoch"]);
  assert.deepEqual(loadColumns(createStorage(() => area)), ["seed", "epoch"]);
  saveColumns(kept, []);
  assert.deepEqual(loadColumns(createStorage(() => area)), []);
  kept.write("inkling.runs.columns", '{"of": "another version"}');
  assert.deepEqual(loadColumns(kept), []);
});
