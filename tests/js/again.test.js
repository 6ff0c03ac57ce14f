// @ts-check
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { mayPass, pauseAfter, pauseFor, untilAnswered } from "../../static/js/again.js";
import { ApiError } from "../../static/js/api.js";

const error = (/** @type {number} */ status) => new ApiError(status, "code", "no");
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a server that is away, busy or broken may answer later; a refusal stays one", () => {
  for (const status of [0, 429, 500, 502, 503]) assert.ok(mayPass(error(status)), `${status}`);
  for (const status of [401, 404, 409, 422]) assert.ok(!mayPass(error(status)), `${status}`);
  assert.ok(!mayPass(new TypeError("ours")));
});

test("pauses grow up to the longest", () => {
  assert.deepEqual(
    [1, 2, 3, 9].map((n) => pauseAfter(n)),
    [1000, 2000, 4000, 30_000],
  );
});

test("a pause is at least as long as the server asked for", () => {
  const busy = new ApiError(429, "too_many_requests", "no", [], 2.5);
  assert.deepEqual(
    [pauseFor(busy, 1000), pauseFor(busy, 4000), pauseFor(error(503), 1000), pauseFor(null, 7)],
    [2500, 4000, 1000, 7],
  );
});

/** Questions that fail so often, then are answered. @param {number} times */
function failing(times, status = 503) {
  let asked = 0;
  return {
    asked: () => asked,
    ask: async () => {
      asked += 1;
      if (asked <= times) throw error(status);
      return "answer";
    },
  };
}

test("it is asked until it is answered, ever slower", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const question = failing(3);
  const faults = mock.fn();
  const answer = untilAnswered(question.ask, { onFault: faults });
  for (const [ms, asked] of [
    [0, 1],
    [999, 1],
    [1, 2],
    [1999, 2],
    [1, 3],
    [3999, 3],
    [1, 4],
  ]) {
    mock.timers.tick(ms);
    await settled();
    assert.equal(question.asked(), asked);
  }
  assert.equal(await answer, "answer");
  assert.equal(faults.mock.callCount(), 3);
  mock.timers.reset();
});

test("what will not pass, or is not wanted any more, is not asked again", async () => {
  const final = failing(9, 404);
  await assert.rejects(untilAnswered(final.ask), { status: 404 });
  assert.equal(final.asked(), 1);
  mock.timers.enable({ apis: ["setTimeout"] });
  const question = failing(9);
  let wanted = true;
  const refused = assert.rejects(untilAnswered(question.ask, { isWanted: () => wanted }));
  await settled();
  wanted = false;
  mock.timers.tick(1000);
  await refused;
  assert.equal(question.asked(), 1);
  mock.timers.reset();
});

test("the end of a part cuts a pause short, and it is not asked again", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const question = failing(9);
  const lifetime = new AbortController();
  const refused = assert.rejects(untilAnswered(question.ask, { signal: lifetime.signal }), {
    name: "AbortError",
  });
  await settled();
  lifetime.abort();
  await refused;
  mock.timers.tick(100_000);
  await settled();
  assert.equal(question.asked(), 1);
  mock.timers.reset();
});
