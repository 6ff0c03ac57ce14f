// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../static/js/api.js";
import { AT_ONCE, outcomeWords, removeAll } from "../../static/js/runs/removal.js";

const TRAINS = { code: "wrong_state", message: "This run is training." };

/** @param {number} count */
const idsOf = (count) => Array.from({ length: count }, (_one, n) => `r${n}`);

test("many are deleted some at a time, and what stays is named with the reason", async () => {
  /** @type {number[]} */
  const sizes = [];
  /** @type {number[]} */
  const progress = [];
  const outcome = await removeAll(
    idsOf(2 * AT_ONCE + 1),
    async ({ runs }) => {
      sizes.push(runs.length);
      const kept = [
        { id: "r1", ...TRAINS },
        { id: "r2", code: "run_not_found", message: "There is no such run." },
      ].filter(({ id }) => runs.includes(id));
      return { deleted: runs.filter((id) => !kept.some((one) => one.id === id)), kept };
    },
    (_ids, done) => void progress.push(done),
  );
  assert.deepEqual(sizes, [AT_ONCE, AT_ONCE, 1]);
  assert.deepEqual(progress, [50, 100, 101]);
  assert.equal(outcome.deleted.length, 100, "one that is gone already counts");
  assert.deepEqual(
    outcome.kept.map(({ id }) => id),
    ["r1"],
  );
});

test("where the server refuses, the rest stays", async () => {
  let asked = 0;
  const outcome = await removeAll(
    idsOf(AT_ONCE + 2),
    async ({ runs }) => {
      asked += 1;
      if (asked > 1) throw new ApiError(507, "disk_full", "The disk is full.");
      return { deleted: runs, kept: [] };
    },
    () => {},
  );
  assert.equal(outcome.deleted.length, AT_ONCE);
  assert.equal(
    outcomeWords(outcome, (id) => id.toUpperCase()),
    "50 runs deleted. Not deleted: “R50”, “R51”. The disk is full.",
  );
});

test("each reason names some of its runs", () => {
  const kept = idsOf(9).map((id) => ({ id, message: "This run is training." }));
  const own = { id: "x", message: "This run belongs to somebody else." };
  assert.equal(
    outcomeWords({ deleted: [], kept: [own, ...kept] }, (id) => id),
    "Not deleted: “x”. This run belongs to somebody else. " +
      "Not deleted: “r0”, “r1”, “r2”, “r3”, “r4”, 4 more. This run is training.",
  );
  assert.equal(outcomeWords({ deleted: ["a"], kept: [] }, String), "1 run deleted.");
});
