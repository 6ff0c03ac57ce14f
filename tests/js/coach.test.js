// @ts-check
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { ApiError } from "../../static/js/api.js";
import { createAsking } from "../../static/js/watch/coach.js";
import { createHistory } from "../../static/js/watch/history.js";

/** @param {string} status @param {string} [id] */
const run = (status, id = "r1") => /** @type {any} */ ({ id, status, attempt: 1 });

/** @param {number} epochs */
function history(epochs) {
  const made = createHistory();
  for (let epoch = 1; epoch <= epochs; epoch += 1) made.epochs.push(/** @type {any} */ ({ epoch }));
  return made;
}

/** A coach whose answers are given by hand. */
function coach() {
  /** @type {{id: string, answer: (value: any) => void, refuse: (error: Error) => void}[]} */
  const asked = [];
  const ask = (/** @type {string} */ id) =>
    new Promise((answer, refuse) => asked.push({ id, answer, refuse }));
  const render = mock.fn();
  return { asked, render, asking: createAsking(/** @type {any} */ (ask), render) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const FOUND = { findings: [{ id: "pixels" }], complete: true };

test("nothing is asked before there is an epoch, or a loss that is no number", () => {
  const { asked, asking } = coach();
  asking.want(run("running"), history(0));
  assert.equal(asked.length, 0);
  asking.want(run("running"), { ...history(0), divergedAt: 1 });
  assert.equal(asked.length, 1);
});

test("it is asked once for each end of an epoch, and not too often", () => {
  const { asked, asking } = coach();
  for (const [epochs, now] of [
    [1, 0],
    [1, 9000],
    [2, 9001],
    [3, 9500],
    [4, 20_000],
  ]) {
    asking.want(run("running"), history(epochs), now);
  }
  assert.equal(asked.length, 3);
  asking.want(run("finished"), history(4), 20_001);
  assert.equal(asked.length, 4);
});

test("what it says of one run is not shown beside another", async () => {
  const { asked, asking, render } = coach();
  asking.want(run("finished"), history(3));
  asked[0].answer(FOUND);
  await settled();
  assert.equal(render.mock.callCount(), 1);
  assert.deepEqual(asking.want(run("finished"), history(3)).findings, FOUND.findings);
  assert.deepEqual(asking.want(run("finished", "r2"), history(3)).findings, []);
  assert.equal(asked[1].id, "r2");
  asking.want(run("finished", "r3"), history(3));
  asked[1].answer(FOUND);
  await settled();
  assert.deepEqual(asking.want(run("finished", "r3"), history(3)).findings, []);
});

test("what is not complete is asked again", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { asked, asking } = coach();
  asking.want(run("finished"), history(3));
  asked[0].answer({ findings: [], complete: false });
  await settled();
  mock.timers.tick(10_000);
  assert.equal(asked.length, 2);
  asked[1].answer(FOUND);
  await settled();
  mock.timers.tick(10_000);
  assert.equal(asked.length, 2);
  mock.timers.reset();
});

test("a question that failed is asked again, ever later, and nothing spins meanwhile", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { asked, asking, render } = coach();
  const now = () => asking.want(run("finished"), history(3));
  now();
  asked[0].answer({ findings: [], complete: false });
  await settled();
  mock.timers.tick(2000);
  assert.equal(now().complete, false);
  for (const [n, pause] of [
    [1, 1000],
    [2, 2000],
    [3, 4000],
  ]) {
    asked[n].refuse(new ApiError(503, "busy", "Busy."));
    await settled();
    assert.equal(now().complete, true);
    mock.timers.tick(pause - 1);
    await settled();
    assert.equal(asked.length, n + 1);
    mock.timers.tick(1);
    await settled();
    assert.equal(asked.length, n + 2);
  }
  asked[4].answer(FOUND);
  await settled();
  assert.deepEqual(now().findings, FOUND.findings);
  assert.equal(render.mock.callCount(), 3);
  mock.timers.reset();
});

test("advice that cannot be had is not missed", async () => {
  const { asked, asking, render } = coach();
  asking.want(run("finished"), history(3));
  asked[0].refuse(new ApiError(404, "run_not_found", "Gone."));
  await settled();
  assert.equal(render.mock.callCount(), 0);
  assert.deepEqual(asking.want(run("finished"), history(3)).findings, []);
});

test("a run that was deleted is not asked about again", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { asked, asking } = coach();
  asking.want(run("finished"), history(3));
  asked[0].answer({ findings: [], complete: false });
  await settled();
  asking.letGo("another");
  mock.timers.tick(2000);
  assert.equal(asked.length, 2, "another run was deleted");
  asked[1].answer({ findings: [], complete: false });
  await settled();
  asking.letGo("r1");
  mock.timers.tick(60_000);
  assert.equal(asked.length, 2);
  mock.timers.reset();
});
