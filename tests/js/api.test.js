// @ts-check
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { del, get, post } from "../../static/js/api.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A server that refuses so often, then answers; each answer asks for a wait of 2.5 s. */
function busy(/** @type {number} */ times) {
  const refusal = { error: { code: "too_many_requests", message: "no", retry_after: 2.5 } };
  return mock.method(globalThis, "fetch", async () => {
    times -= 1;
    return times >= 0 ? Response.json(refusal, { status: 429 }) : Response.json({ fine: true });
  });
}

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

test("a question that changes nothing is asked again when the server said", async () => {
  for (const ask of [() => get("/x"), () => post("/x", {}, { repeats: true })]) {
    const asked = busy(2);
    const answer = ask();
    for (const [ms, count] of [
      [0, 1],
      [2499, 1],
      [1, 2],
      [2500, 3],
    ]) {
      mock.timers.tick(ms);
      await settled();
      assert.equal(asked.mock.callCount(), count);
    }
    assert.deepEqual(await answer, { fine: true });
    mock.restoreAll();
  }
});

test("a change is not repeated; its refusal says when", async () => {
  for (const ask of [() => post("/x"), () => del("/x")]) {
    const asked = busy(1);
    await assert.rejects(ask(), { status: 429, retryAfter: 2.5 });
    assert.equal(asked.mock.callCount(), 1);
    mock.restoreAll();
  }
});

test("a server that refuses on and on is believed in the end", async () => {
  const asked = busy(100);
  const refused = assert.rejects(get("/x"), { code: "too_many_requests" });
  for (let n = 0; n < 6; n += 1) {
    await settled();
    mock.timers.tick(2500);
  }
  await refused;
  assert.equal(asked.mock.callCount(), 6);
});

test("what is not wanted any more is not asked again", async () => {
  const asked = busy(1);
  const leaving = new AbortController();
  const refused = assert.rejects(get("/x", { signal: leaving.signal }), { name: "AbortError" });
  await settled();
  leaving.abort();
  await refused;
  mock.timers.tick(5000);
  await settled();
  assert.equal(asked.mock.callCount(), 1);
});
