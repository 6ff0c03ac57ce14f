// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createAsking } from "../../static/js/lessons/asking.js";
import { runsOf } from "../../static/js/lessons/found.js";
import { createRunStore } from "../../static/js/runstore.js";

const sizes = { small: { config: { fit: {}, dataset: {} } }, lecture: { config: {} } };

/** Lessons whose server answers what the test says, when it says so. @param {import("node:test").TestContext} t */
function lessons(t) {
  const runs = createRunStore();
  /** @type {any} */
  const state = {
    answer: { lessons: [], experiments: { 1: { sizes }, 2: { sizes } } },
    place: { number: null },
    size: "small",
    found: {},
    get runs() {
      return runsOf(this.found, runs);
    },
    courses: new Map(),
    answers: new Map(),
  };
  /** @type {{url: string, body: any, answer: (body: unknown, status?: number) => void}[]} */
  const asked = [];
  t.mock.method(
    globalThis,
    "fetch",
    (/** @type {string} */ url, /** @type {RequestInit} */ { body }) =>
      new Promise((resolve) =>
        asked.push({
          url,
          body: body && JSON.parse(String(body)),
          answer: (found, status = 200) => resolve(Response.json(found, { status })),
        }),
      ),
  );
  /** @type {(string|null)[]} */
  const troubles = [];
  const page = {
    isMine: () => false,
    onTrouble: (/** @type {string|null} */ text) => void troubles.push(text),
    onChange() {},
  };
  return { state, asked, troubles, asking: createAsking(state, runs, page) };
}

const run = (/** @type {string} */ id, seed = 1) => ({
  id,
  last_seq: 1,
  epoch: 0,
  config: { seed },
});

test("an answer to an earlier question is void, a failure too", async (t) => {
  const { state, asked, troubles, asking } = lessons(t);
  const [first, second, third] = ["small", "lecture", "small"].map((size) => {
    state.size = size;
    return asking.runs();
  });
  assert.deepEqual(
    asked.map(({ url }) => url),
    ["small", "lecture", "small"].map((size) => `/api/lessons/runs?size=${size}`),
  );
  asked[2].answer({ runs: { 1: [run("new")] } });
  await third;
  asked[0].answer({ runs: { 1: [run("old")] } });
  asked[1].answer({ error: { code: "bad", message: "Bad." } }, 400);
  await Promise.all([first, second]);
  assert.deepEqual(Object.keys(state.runs), ["1"]);
  assert.equal(state.runs[1][0].id, "new");
  assert.deepEqual(troubles, [null]);
});

test("what is to be trained is asked for one after the other, with one seed", async (t) => {
  const { state, asked, asking } = lessons(t);
  const done = asking.train(["1", "2"], []);
  assert.equal(asked.length, 1);
  asked[0].answer(run("a"));
  while (asked.length < 2) await new Promise(setImmediate);
  assert.equal(state.runs[1][0].id, "a", "the first is there before the second is asked for");
  asked[1].answer(run("b"));
  await done;
  assert.deepEqual(
    asked.map(({ body }) => body.seed),
    [1, 1],
  );
  assert.equal(state.runs[2][0].id, "b");
});
