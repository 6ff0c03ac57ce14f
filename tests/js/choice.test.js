// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { ownFirst } from "../../static/js/owners.js";
import { createRunStore } from "../../static/js/runstore.js";
import {
  canAnswer,
  createChoice,
  epochOf,
  letGo,
  others,
  target,
} from "../../static/js/write/choice.js";

/** @param {string} id @param {string} status @param {number} [epoch] @returns {any} */
const run = (id, status, epoch = 3) => ({
  id,
  status,
  epoch,
  created_at: `2026-01-01T00:00:0${id}`,
});

/** @param {any[]} runs */
function choiceOf(...runs) {
  const store = createRunStore();
  runs.forEach(store.receive);
  return createChoice(store);
}

test("who can answer", () => {
  for (const status of ["running", "paused", "finished", "stopped"]) {
    assert.equal(canAnswer(run("1", status, 0)), true, status);
  }
  assert.equal(canAnswer(run("1", "queued")), false);
  assert.equal(canAnswer(run("1", "starting", 0)), false);
  assert.equal(canAnswer(run("1", "starting", 7)), true, "it goes on");
  assert.equal(canAnswer(run("1", "failed", 0)), false);
  assert.equal(canAnswer(run("1", "failed", 2)), true);
  assert.equal(canAnswer(undefined), false);
});

test("without any choice the newest run with a model answers", () => {
  assert.equal(target(choiceOf()), null);
  const choice = choiceOf(run("1", "finished"), run("3", "queued"), run("2", "finished"));
  assert.equal(target(choice), "2");
});

test("the run looked at comes before others, and the reader's choice before all", () => {
  const choice = choiceOf(run("1", "finished"), run("2", "finished"));
  choice.followed = "1";
  assert.equal(target(choice), "1");
  choice.chosen = "2";
  assert.equal(target(choice), "2");
});

test("others: newest first, without the followed one, the chosen one in any case", () => {
  const choice = choiceOf(run("1", "finished"), run("2", "queued"), run("3", "stopped"));
  choice.followed = "1";
  assert.deepEqual(
    others(choice).map(({ id }) => id),
    ["3"],
  );
  choice.chosen = "2";
  assert.deepEqual(
    others(choice).map(({ id }) => id),
    ["3", "2"],
  );
});

test("where others use the server too, one's own come first", () => {
  const of = (/** @type {string} */ id, mine = false) => ({ id, owner: { mine, name: null } });
  const runs = [of("3"), of("2", true), of("1")];
  assert.equal(
    ownFirst(runs, true)
      .map(({ id }) => id)
      .join(),
    "2,3,1",
  );
  assert.equal(ownFirst(runs, false), runs);
});

test("the weights chosen in the Studio are of the run that it looks at", () => {
  const choice = choiceOf(run("1", "finished"), run("2", "finished"));
  Object.assign(choice, { followed: "1", epoch: 4 });
  assert.equal(epochOf(choice), 4);
  choice.chosen = "2";
  assert.equal(epochOf(choice), "newest");
});

test("a deleted run is neither asked nor offered any more", () => {
  const choice = choiceOf(run("1", "finished"), run("2", "finished"), run("3", "finished"));
  Object.assign(choice, { followed: "1", chosen: "2", epoch: 4 });
  const remove = (/** @type {string} */ id) => {
    choice.runs.remove(id);
    return letGo(choice, id);
  };
  assert.equal(remove("3"), false);
  assert.equal(remove("2"), true);
  assert.equal(target(choice), "1");
  assert.equal(remove("1"), true);
  assert.equal(target(choice), null);
  assert.equal(choice.epoch, "newest");
});
