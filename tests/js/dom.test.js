// @ts-check
import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { atMostEvery } from "../../static/js/dom.js";
import { createLifetime } from "../../static/js/lifetime.js";

test("what is asked for often is done at once, then in steps, and the last time too", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const act = mock.fn();
  const ask = atMostEvery(200, act, createLifetime());
  ask();
  assert.equal(act.mock.callCount(), 1);
  for (let n = 0; n < 5; n += 1) ask();
  assert.equal(act.mock.callCount(), 1);
  mock.timers.tick(200);
  assert.equal(act.mock.callCount(), 2);
  mock.timers.tick(1000);
  assert.equal(act.mock.callCount(), 2, "nothing was asked for since");
  ask();
  assert.equal(act.mock.callCount(), 3);
  mock.timers.reset();
});
