// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { follow } from "../../static/js/follow.js";

/** A server with `count` events of one run, and a clock turned by hand. */
class FakeServer {
  /** @param {number} count */
  constructor(count) {
    this.count = count;
    this.inCurve = 0;
    this.status = "running";
    this.up = true;
    this.page = 1000;
    this.fetches = 0;
    /** @type {(() => void)[]} */
    this.waiting = [];
    /** @type {number[]} */
    this.pauses = [];
    /** @type {Error | null} */
    this.refusal = null;
  }

  /** @param {number} after */
  events(after) {
    const many = Math.min(this.page, Math.max(0, this.count - after));
    return Array.from({ length: many }, (_, n) => this.event(after + n + 1));
  }

  /** @param {number} seq @returns {any} */
  event(seq) {
    return { seq, run_id: "r", type: "batch" };
  }

  /** @returns {any} */
  run() {
    return { id: "r", status: this.status, last_seq: this.count };
  }

  /** @returns {import("../../static/js/follow.js").Link} */
  link() {
    return {
      isUp: () => this.up,
      curve: async () => {
        if (!this.up) throw new Error("down");
        if (this.count < 0) throw new RangeError("no such run");
        return /** @type {any} */ ({ run: { ...this.run(), last_seq: this.inCurve } });
      },
      watch: async (after) => {
        if (this.refusal) throw this.refusal;
        if (!this.up) throw new Error("down");
        if (this.count < 0) throw new RangeError("no such run");
        return { run: this.run(), events: this.events(after) };
      },
      fetch: async (after) => {
        this.fetches += 1;
        if (!this.up) throw new Error("down");
        return { events: this.events(after) };
      },
      isFinal: (problem) => problem instanceof RangeError,
      pauseFor: (problem, ms) => /** @type {any} */ (problem).pause ?? ms,
      later: (act, ms) => {
        this.pauses.push(ms);
        this.waiting.push(act);
      },
    };
  }

  /** Let everything happen that waits: promises, then timers, `rounds` times. */
  async settle(rounds = 20) {
    for (let n = 0; n < rounds; n += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      for (const act of this.waiting.splice(0)) act();
    }
  }
}

/** @param {FakeServer} server */
function listenTo(server, inCurve = 0) {
  /** @type {{curves: number, seqs: number[], runs: number, problems: number}} */
  const received = { curves: 0, seqs: [], runs: 0, problems: 0 };
  server.inCurve = inCurve;
  const one = follow(
    {
      onCurve: () => (received.curves += 1),
      onEvent: (event) => received.seqs.push(event.seq),
      onRun: () => (received.runs += 1),
      onProblem: () => (received.problems += 1),
    },
    server.link(),
  );
  return { one, received };
}

/** @param {number} from @param {number} to */
const upTo = (from, to) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

test("a late viewer gets the first thousand by the answer, the rest page by page", async () => {
  const server = new FakeServer(3500);
  const { one, received } = listenTo(server);
  void one.begin();
  await server.settle();
  assert.deepEqual(received.seqs, upTo(1, 3500));
  assert.equal(server.fetches, 3);
});

test("what is pushed while the answer is under way comes once, in order", async () => {
  const server = new FakeServer(5);
  const { one, received } = listenTo(server);
  await one.begin();
  one.receive(server.event(5));
  server.count = 6;
  one.receive(server.event(6));
  await server.settle();
  assert.deepEqual(received.seqs, upTo(1, 6));
  assert.equal(server.fetches, 0);
});

test("a lost push is fetched as soon as the next one shows it", async () => {
  const server = new FakeServer(2);
  const { one, received } = listenTo(server);
  void one.begin();
  await server.settle();
  server.count = 4;
  one.receive(server.event(4));
  await server.settle();
  assert.deepEqual(received.seqs, upTo(1, 4));
  assert.equal(server.fetches, 1);
});

test("a lost last event is fetched when the run is at rest", async () => {
  const server = new FakeServer(2);
  const { one, received } = listenTo(server);
  void one.begin();
  await server.settle();
  server.count = 3;
  server.status = "finished";
  one.receiveRun(server.run());
  await server.settle();
  assert.deepEqual(received.seqs, [1, 2, 3]);
});

test("a reconnection continues after the last known event", async () => {
  const server = new FakeServer(10);
  const { one, received } = listenTo(server, 4);
  void one.begin();
  await server.settle();
  server.count = 20;
  void one.join();
  await server.settle();
  assert.deepEqual(received.seqs, upTo(5, 20));
  assert.equal(received.runs, 2);
});

test("a server that came back with less than it had told is read from the beginning", async () => {
  const server = new FakeServer(10);
  const { one, received } = listenTo(server, 10);
  void one.begin();
  await server.settle();
  server.count = server.inCurve = 7;
  void one.join();
  await server.settle();
  assert.equal(received.curves, 2);
  server.count = 8;
  one.receive(server.event(8));
  await server.settle();
  assert.deepEqual(received.seqs, [8]);
});

test("a server that fails is asked again, and nothing is lost", async () => {
  const server = new FakeServer(3);
  const { one, received } = listenTo(server);
  void one.begin();
  await server.settle();
  server.up = false;
  server.count = 9;
  one.receive(server.event(9));
  await server.settle(4);
  assert.deepEqual(received.seqs, [1, 2, 3]);
  server.up = true;
  await server.settle();
  assert.deepEqual(received.seqs, upTo(1, 9));
});

test("an unknown run is told once and not asked for again", async () => {
  const server = new FakeServer(-1);
  const { one, received } = listenTo(server);
  void one.begin();
  await server.settle();
  assert.equal(received.problems, 1);
});

test("after the end nothing is told", async () => {
  const server = new FakeServer(5);
  const { one, received } = listenTo(server);
  void one.begin();
  one.end();
  await server.settle();
  assert.deepEqual(received.seqs, []);
  assert.equal(received.runs, 0);
});

test("what the curve holds is not asked for again", async () => {
  const server = new FakeServer(30_000);
  const { one, received } = listenTo(server, 29_998);
  void one.begin();
  await server.settle();
  assert.equal(received.curves, 1);
  assert.deepEqual(received.seqs, [29_999, 30_000]);
  assert.equal(server.fetches, 0);
});

test("the curve does not wait for the socket, events go on after it", async () => {
  const server = new FakeServer(5);
  const link = server.link();
  const { one, received } = listenTo(server, 5);
  const late = follow(
    {
      onCurve: () => (received.curves += 1),
      onEvent: (event) => received.seqs.push(event.seq),
      onRun: () => (received.runs += 1),
      onProblem: () => (received.problems += 1),
    },
    { ...link, isUp: () => false },
  );
  void late.join();
  one.end();
  await late.begin();
  assert.deepEqual([received.curves, received.runs], [1, 0]);
  server.count = 7;
  void late.join();
  await server.settle();
  assert.deepEqual(received.seqs, [6, 7]);
});

test("a curve that cannot be had is asked for again", async () => {
  const server = new FakeServer(2);
  const { one, received } = listenTo(server);
  server.up = false;
  void one.begin();
  one.receive(server.event(1));
  one.receiveRun(server.run());
  await server.settle(3);
  assert.deepEqual([received.curves, received.seqs.length, received.runs], [0, 0, 0]);
  server.up = true;
  await server.settle();
  assert.equal(received.curves, 1);
  assert.deepEqual(received.seqs, [1, 2]);
});

test("a refusal that says when to go on is waited for", async () => {
  const server = new FakeServer(3);
  server.refusal = Object.assign(new Error("too many"), { pause: 7000 });
  const { one, received } = listenTo(server);
  await one.begin();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(server.pauses, [7000]);
  server.refusal = null;
  await server.settle();
  assert.deepEqual(received.seqs, upTo(1, 3));
});
