// @ts-check
import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";

import { createAsked } from "../../static/js/insight/asked.js";

/** @type {any} */
const run = { id: "r 1", attempt: 1, epoch: 3 };

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

/**
 * A server that gives these answers in turn; what it was asked for.
 * @param {[number, any][]} answers
 */
function serve(...answers) {
  /** @type {string[]} */
  const asked = [];
  globalThis.fetch = async (address, options) => {
    asked.push(String(address));
    const [status, body] = answers.shift() ?? [404, null];
    options?.signal?.throwIfAborted();
    return new Response(JSON.stringify(body), { status });
  };
  return asked;
}

/** @param {(asked: ReturnType<typeof createAsked>) => void} begin */
function rendered(begin) {
  return new Promise((resolve) => {
    const asked = createAsked(() => resolve(asked));
    begin(asked);
  });
}

test("asks until the view is there", async () => {
  const addresses = serve([202, { computing: true }], [202, {}], [200, { epoch: 3 }]);
  const asked = await rendered((made) => {
    assert.deepEqual(made.want(run, "map", { layer: 2 }, 3), {
      answer: null,
      problem: "",
      fresh: false,
    });
  });
  assert.deepEqual(asked.want(run, "map", { layer: 2 }, 3), {
    answer: { epoch: 3 },
    problem: "",
    fresh: true,
  });
  assert.deepEqual(new Set(addresses), new Set(["/api/runs/r%201/insights/map?layer=2"]));
  assert.equal(addresses.length, 3);
});

test("keeps the old view of the same run while a newer one is computed", async () => {
  serve([200, { epoch: 3 }], [202, {}]);
  const asked = await rendered((made) => made.want(run, "map", {}, 3));
  const state = asked.want({ ...run, epoch: 4 }, "map", {}, 4);
  assert.deepEqual([state.answer, state.fresh], [{ epoch: 3 }, false]);
  assert.equal(asked.want({ ...run, id: "other" }, "map", {}, 4).answer, null);
});

test("asks again by itself when the server was busy, and says why meanwhile", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  serve([503, { error: { code: "busy", message: "Busy." } }], [200, { epoch: 3 }]);
  const asked = await rendered((made) => made.want(run, "map", {}, 3));
  assert.equal(asked.want(run, "map", {}, 3).problem, "Busy.");
  mock.timers.tick(1000);
  while (!asked.want(run, "map", {}, 3).fresh) await new Promise((go) => setImmediate(go));
  assert.equal(asked.want(run, "map", {}, 3).problem, "");
  mock.timers.reset();
});

test("tells why there is none, and asks again when told to", async () => {
  serve([409, { error: { code: "wrong_state", message: "No model yet." } }], [200, { epoch: 3 }]);
  const asked = await rendered((made) => made.want(run, "map", {}, 3));
  assert.equal(asked.want(run, "map", {}, 3).problem, "No model yet.");
  asked.again();
  assert.equal(asked.want(run, "map", {}, 3).problem, "");
});
