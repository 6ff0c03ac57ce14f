// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { lookOf, nameWithLook } from "../../static/js/look.js";
import { columnsOf, styleOf } from "../../static/js/runs/chart.js";
import { brief, differences } from "../../static/js/runs/differences.js";
import { pathOf, points } from "../../static/js/runs/points.js";
import * as states from "../../static/js/runs/state.js";
import { fileFault } from "../../static/js/runs/upload.js";
import { epochWords, moreWords, statusWords, timeWords } from "../../static/js/runs/words.js";
import { withValue } from "../../static/js/build/paths.js";
import { lecture } from "./catalog.js";

/** @typedef {import("../../static/js/types.js").Run} Run */

/** @param {Partial<Run>} [rest] @returns {Run} */
const run = (rest = {}) =>
  /** @type {Run} */ ({
    id: "a",
    name: "Lecture network",
    source: "trained",
    status: "finished",
    config: lecture(),
    created_at: "2026-01-01T00:00:00.000Z",
    started_at: "2026-01-01T00:00:00.000Z",
    ended_at: "2026-01-01T00:00:40.000Z",
    params: 10,
    epoch: 20,
    epochs: 20,
    eta_seconds: null,
    queue_position: null,
    latest: {},
    best: { epoch: 3, val_accuracy: 0.9 },
    test: { loss: 0.1, accuracy: 0.95 },
    error: null,
    attempt: 1,
    last_seq: 9,
    ...rest,
  });

test("a sparkline spans its box from left to right, high values on top", () => {
  const box = { width: 100, height: 20, margin: 0 };
  assert.deepEqual(points([0, 0.5, 1], box), [
    [0, 20],
    [50, 10],
    [100, 0],
  ]);
  assert.deepEqual(points([], box), []);
  assert.deepEqual(
    points([null, 1, 0], box).map(([x]) => x),
    [50, 100],
  );
});

test("a flat curve stays flat, in the middle", () => {
  const flat = points([0.5, 0.5], { width: 10, height: 20, margin: 0 });
  assert.deepEqual(flat, [
    [0, 10],
    [10, 10],
  ]);
  assert.equal(pathOf(flat), "M0 10L10 10");
});

test("any number is selected, and so many are compared as can be told apart", () => {
  const state = states.createState();
  const ids = Array.from({ length: states.MOST_COMPARED + 1 }, (_one, n) => `r${n}`);
  states.toggleSelected(state, "r0");
  assert.ok(!states.canCompare(state.selected.size));
  states.toggleAll(state, ids);
  assert.deepEqual([...state.selected], ids);
  assert.ok(!states.canCompare(state.selected.size));
  states.toggleSelected(state, "r0");
  assert.ok(states.canCompare(state.selected.size));
  states.toggleAll(state, ids);
  states.toggleAll(state, ids);
  assert.equal(state.selected.size, 0);
});

test("only what differs is told, in the lecture's order", () => {
  const other = withValue(withValue(lecture(), "fit.epochs", 5), "layers[1].units", 30);
  const found = differences([lecture(), { ...other, name: "Other" }]);
  assert.deepEqual(found, [
    { path: "layers[1].units", values: [500, 30] },
    { path: "fit.epochs", values: [20, 5] },
  ]);
  assert.deepEqual(differences([lecture(), { ...lecture(), name: "x" }]), []);
});

test("layers of another type differ as a whole", () => {
  const other = { ...lecture(), layers: [{ type: "Flatten" }, { type: "Dropout", rate: 0.5 }] };
  const found = differences([lecture(), other]);
  assert.deepEqual(
    found.map(({ path }) => path),
    ["layers[1]", "layers[2]"],
  );
  assert.deepEqual(found[0].values.map(brief), ["Dense 500 relu", "Dropout 0.5"]);
  assert.deepEqual(found[1].values.map(brief), ["Dense 10 softmax", "–"]);
});

test("curves of runs stand over the same epochs", () => {
  const of = (/** @type {(number|null)[]} */ accuracy) =>
    /** @type {any} */ ({ epoch: accuracy.map((_, n) => n + 1), accuracy });
  const columns = columnsOf([of([0.5, null]), of([0.6])], "accuracy");
  assert.deepEqual(columns, [
    [1, 2],
    [0.5, null],
    [0.6, undefined],
  ]);
  assert.equal(new Set(Array.from({ length: 8 }, (_, n) => styleOf(n).token)).size, 8);
});

test("a run is put in words", () => {
  const queued = { status: /** @type {const} */ ("queued"), ended_at: null };
  assert.equal(statusWords(run({ ...queued, attempt: 0, queue_position: 2 })), "queued");
  assert.equal(statusWords(run(queued)), "waiting to resume");
  assert.equal(statusWords(run({ status: "starting", attempt: 2 })), "starting again");
  const waits = run({ ...queued, queue_position: 2, wait_seconds: 90 });
  assert.equal(moreWords(waits), "place 2 in the queue, starts in about 2 min");
  assert.equal(moreWords(run(queued)), "");
  assert.equal(moreWords(run({ status: "failed", error: { message: "It died." } })), "It died.");
  assert.equal(statusWords(run({ status: "running", epoch: 3 })), "training 3/20");
  assert.equal(statusWords(run({ source: "imported" })), "imported");
  assert.equal(timeWords(run()), "40 s");
  assert.equal(
    timeWords(run({ status: "running", ended_at: null, eta_seconds: 75 })),
    "about 2 min left",
  );
  assert.equal(epochWords(run({ epoch: 5 })), "5 / 20");
  assert.equal(epochWords(run()), "20");
});

test("a run that diverged is told as such, unless it failed or begins anew", () => {
  const shown = (/** @type {Partial<Run>} */ rest) => {
    const one = run({ diverged: true, ...rest });
    return [lookOf(one), statusWords(one)];
  };
  assert.deepEqual(shown({}), ["diverged", "diverged · finished"]);
  assert.deepEqual(shown({ status: "stopped" }), ["diverged", "diverged · stopped"]);
  assert.deepEqual(shown({ status: "running", epoch: 3 }), [
    "diverged",
    "diverged · training 3/20",
  ]);
  assert.deepEqual(shown({ source: "imported" }), ["diverged", "diverged · imported"]);
  assert.deepEqual(shown({ status: "failed" }), ["failed", "failed"]);
  assert.deepEqual(shown({ status: "queued" }), ["queued", "waiting to resume"]);
  assert.equal(lookOf(run({ diverged: false })), "finished");
  assert.equal(lookOf(run({ source: "imported" })), "imported");
  assert.equal(lookOf(run({ source: "imported", status: "running" })), "running");
});

test("a name alone says what it is of, unless that is as it should be", () => {
  const said = (/** @type {Partial<Run>} */ rest) => nameWithLook(run({ name: "A", ...rest }));
  assert.equal(said({}), "A");
  assert.equal(said({ diverged: true }), "diverged · A");
  assert.equal(said({ status: "failed", diverged: true }), "failed · A");
  assert.equal(said({ status: "stopped" }), "stopped · A");
  assert.equal(said({ source: "imported" }), "imported · A");
  assert.equal(said({ status: "paused" }), "paused · A");
});

test("no training accuracy stands for that on validation images", () => {
  const { validationAccuracy } = states;
  assert.equal(validationAccuracy(run()), 0.9);
  const latest = { loss: 0.1, accuracy: 0.99, val_loss: null, val_accuracy: null };
  const best = { epoch: 3, ...latest };
  assert.equal(validationAccuracy(run({ best, latest })), null);
  assert.equal(validationAccuracy(run({ best: null, latest })), null);
});

test("a run has a curve on validation images where some were kept back and it can have one", () => {
  const { keepsValidation } = states;
  const config = (/** @type {number} */ share) =>
    /** @type {any} */ ({ fit: { validation_split: share } });
  assert.equal(keepsValidation(run({ config: config(0.1) })), true);
  assert.equal(keepsValidation(run({ config: config(0) })), false);
  assert.equal(keepsValidation(run({ config: config(0.1), diverged: true })), false);
});

test("a wrong file is refused before it is sent", () => {
  assert.equal(fileFault({ name: "model.keras", size: 9 }), null);
  assert.match(fileFault({ name: "model.h5", size: 9 }) ?? "", /not a \.keras file/);
  assert.match(fileFault({ name: "model.keras", size: 0 }) ?? "", /empty/);
});
