// @ts-check
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { ApiError } from "../../static/js/api.js";
import { createRunStore } from "../../static/js/runstore.js";
import { addressOf, createView, PAGE } from "../../static/js/runs/view.js";

/** @param {number} n @param {object} [rest] @returns {any} */
const run = (n, rest = {}) => ({ id: `r${n}`, created_at: `${n}`, last_seq: 1, name: "", ...rest });

/** A server with so many runs, whose cursors are the id before. */
class FakeServer {
  /** @param {number} count */
  constructor(count) {
    this.runs = Array.from({ length: count }, (_, n) => run(count - n));
    /** @type {string[]} */
    this.asked = [];
    this.down = false;
  }

  /** @param {string} address */
  async get(address) {
    this.asked.push(address);
    if (this.down) throw new ApiError(0, "unreachable", "away");
    const query = new URL(address, "http://here").searchParams;
    const [limit, cursor] = [Number(query.get("limit")), Number(query.get("cursor") ?? Infinity)];
    const rest = this.runs.filter(({ created_at }) => Number(created_at) < cursor);
    const runs = rest.slice(0, limit);
    return { runs, next: rest.length > limit ? (runs.at(-1)?.created_at ?? null) : null };
  }
}

/** @param {number} count */
function viewOf(count) {
  const server = new FakeServer(count);
  const store = createRunStore();
  const render = mock.fn();
  const view = createView(store, (address) => server.get(address), render);
  const ids = () => view.shown().map(({ id }) => id);
  return { server, store, view, ids, render };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("the question is the server's", () => {
  const question = { text: " two words ", status: "active", sort: "seconds", mine: true };
  assert.equal(
    addressOf(question, 50, "abc"),
    "/api/runs?limit=50&sort=seconds&q=two+words" +
      "&status=queued%2Cstarting%2Crunning%2Cpaused&mine=1&cursor=abc",
  );
  const newest = { text: "", status: "", sort: "-created_at", mine: false };
  const all = addressOf(newest, 50, null);
  assert.equal(all, "/api/runs?limit=50&sort=-created_at");
});

test("more goes on where the list ended, whatever was pushed meanwhile", async () => {
  const { server, store, view, ids } = viewOf(120);
  await view.refresh();
  assert.equal(ids().length, PAGE);
  store.receive(run(1)); // a run older than the page
  await view.more();
  assert.equal(ids().length, 2 * PAGE);
  assert.match(server.asked.at(-1) ?? "", /cursor=71$/);
  await view.more();
  assert.equal(ids().length, 120);
  assert.equal(view.state.next, null);
  assert.equal(new Set(ids()).size, 120);
});

test("what is shown is asked for again as a whole", async () => {
  const { server, view, ids } = viewOf(120);
  await view.refresh();
  await view.more();
  server.runs.unshift(run(121));
  server.runs = server.runs.filter(({ id }) => id !== "r100");
  await view.refresh();
  assert.equal(ids()[0], "r121");
  assert.equal(ids().length, 100);
  assert.ok(!ids().includes("r100"));
});

test("a push between does not take back what more asked for", async () => {
  const { view, ids } = viewOf(120);
  await view.refresh();
  await Promise.all([view.more(), view.refresh()]);
  assert.equal(ids().length, 2 * PAGE);
});

test("a long list that is asked for again is answered, however often something changes", async () => {
  const { server, view, ids } = viewOf(700);
  while (view.state.next !== null || !view.state.loaded) await view.more();
  assert.equal(ids().length, 700);
  const real = server.get.bind(server);
  let changes = 5;
  server.get = (address) => {
    if (changes) void view.refresh(); // a run comes while the answer is on its way
    if (changes) server.runs.unshift(run(701 + (changes -= 1)));
    return real(address);
  };
  server.asked.length = 0;
  await view.refresh();
  assert.equal(ids().length, 700);
  assert.equal(ids()[0], "r701");
  assert.ok(server.asked.length <= 12, `${server.asked.length} questions`);
});

test("a deleted run is gone at once", async () => {
  const { store, view, ids } = viewOf(3);
  await view.refresh();
  store.remove("r2");
  assert.deepEqual(ids(), ["r3", "r1"]);
});

test("an answer to an earlier question is void", async () => {
  const { server, view } = viewOf(3);
  const real = server.get.bind(server);
  let late = () => {};
  server.get = async (address) => {
    const answer = await real(address);
    if (address.includes("q=first")) await new Promise((go) => (late = () => go(null)));
    return address.includes("q=first") ? answer : { runs: [], next: null };
  };
  const first = view.change({ text: "first" });
  await settled();
  await view.change({ text: "second" });
  late();
  await first;
  assert.deepEqual(view.shown(), []);
});

test("which changes may move a run in the list", async () => {
  const { view, store } = viewOf(1);
  await view.refresh();
  const known = /** @type {any} */ (store.get("r1"));
  assert.ok(view.mayMove(run(2), undefined), "a new one");
  assert.ok(!view.mayMove(known, undefined), "it is shown already");
  const better = { ...known, test: { accuracy: 0.9 } };
  assert.ok(!view.mayMove(better, known), "the newest stays where it is");
  await view.change({ sort: "-test_accuracy" });
  assert.ok(view.mayMove(better, known));
  assert.ok(!view.mayMove({ ...known, epoch: 2 }, known));
  await view.change({ sort: "epoch" });
  assert.ok(view.mayMove({ ...known, epoch: 2 }, known));
});

test("the list's own answer is no reason to ask again", async () => {
  const { store, view } = viewOf(60);
  let moves = 0;
  store.subscribe({ onRun: (one, before) => void (view.mayMove(one, before) && (moves += 1)) });
  await view.refresh();
  await view.more();
  assert.equal(moves, 0);
  store.receive(run(61));
  assert.equal(moves, 1);
});

test("a list that cannot be had is asked for again, and the trouble goes", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { server, view, ids } = viewOf(3);
  server.down = true;
  const done = view.refresh();
  await settled();
  assert.equal(view.state.trouble, "away");
  server.down = false;
  mock.timers.tick(1000);
  await done;
  assert.equal(view.state.trouble, null);
  assert.equal(ids().length, 3);
  mock.timers.reset();
});
