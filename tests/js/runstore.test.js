// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { cameMeanwhile, compare, createRunStore } from "../../static/js/runstore.js";

/** @param {string} id @param {number} [seq] @returns {any} */
const run = (id, seq = 1) => ({ id, last_seq: seq, created_at: `2026-01-01T00:00:${id}` });

const ids = (/** @type {any[]} */ runs) => runs.map(({ id }) => id).join();

test("every listener is called for what comes, changes and goes", () => {
  const store = createRunStore();
  /** @type {any[]} */
  const calls = [];
  const end = store.subscribe({
    onRun: (now, before) => calls.push([now.last_seq, before?.last_seq]),
    onDeleted: (before, id) => calls.push([id, before?.last_seq]),
    onSynced: () => calls.push("synced"),
  });
  store.subscribe({});
  store.receive(run("01"));
  store.receive(run("01", 2));
  store.synced();
  store.remove("01");
  store.remove("never heard of");
  end();
  store.receive(run("02"));
  assert.deepEqual(calls, [
    [1, undefined],
    [2, 1],
    "synced",
    ["01", 2],
    ["never heard of", undefined],
  ]);
});

test("an answer is older than what was pushed meanwhile, a push never", () => {
  const store = createRunStore();
  store.receive(run("01", 5));
  store.learn(run("01", 4));
  assert.equal(store.get("01")?.last_seq, 5);
  store.learn(run("01", 5));
  store.receive(run("01", 3));
  assert.equal(store.get("01")?.last_seq, 3, "the server lost its newest events");
});

test("a deleted run does not come back with a late answer, and is reported once", () => {
  const store = createRunStore();
  let calls = 0;
  store.subscribe({ onDeleted: () => (calls += 1) });
  store.receive(run("01"));
  store.remove("01");
  store.remove("01");
  store.receive(run("01", 9));
  store.learn(run("01", 9));
  assert.equal(store.get("01"), undefined);
  assert.ok(store.isDeleted("01"));
  assert.equal(calls, 1);
});

test("the newest run is first", () => {
  const store = createRunStore();
  ["02", "03", "01"].forEach((id) => store.receive(run(id)));
  assert.equal(ids(store.all()), "03,02,01");
  assert.equal(store.get(null), undefined);
});

test("what the server's newest runs leave out is deleted, what is older is not known", () => {
  const known = ["01", "03", "05", "07"].map((id) => run(id));
  const { deleted, unclear } = compare(known, [run("08"), run("07"), run("04")], false);
  assert.equal(ids(deleted), "05");
  assert.equal(ids(unclear), "01,03");
  assert.equal(ids(compare(known, [run("07")], true).deleted), "01,03,05");
  assert.equal(ids(compare(known, [], false).deleted), "01,03,05,07");
  assert.equal(ids(compare([run("04")], [run("04")], false).deleted), "");
});

test("a run that came while the server was asked is looked for again", () => {
  const known = [run("01")];
  const newest = [run("04"), run("01")];
  const now = [run("05"), run("04"), run("03"), run("01")];
  assert.equal(ids(cameMeanwhile(known, newest, now)), "05,03");
  const { deleted, unclear } = compare(
    cameMeanwhile(known, newest, now),
    [run("05"), run("04"), run("01")],
    true,
  );
  assert.deepEqual([ids(deleted), ids(unclear)], ["03", ""]);
});
