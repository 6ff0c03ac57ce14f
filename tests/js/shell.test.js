// @ts-check
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { errorFrom, reasonOf } from "../../static/js/api.js";
import { _, fill, ngettext, number, setLanguage } from "../../static/js/i18n.js";
import * as numbers from "../../static/js/numbers.js";
import { digitWanted } from "../../static/js/addresses.js";
import { workersText } from "../../static/js/workers.js";

afterEach(() => setLanguage("en", {}));

test("a sentence is translated and filled, numbers in the language's own way", () => {
  assert.equal(_("Epoch %(n)s", { n: 1200 }), "Epoch 1,200");
  setLanguage("zh-Hans", { "Epoch %(n)s": "第 %(n)s 轮" });
  assert.equal(_("Epoch %(n)s", { n: 3 }), "第 3 轮");
  assert.equal(_("unknown"), "unknown");
  assert.equal(fill("%(missing)s", {}), "%(missing)s");
});

test("a tag that is none stops no number and no date", () => {
  for (const tag of ["C", "", "POSIX.UTF-8"]) {
    setLanguage(tag, {});
    assert.equal(number(1200), "1,200");
    assert.notEqual(numbers.moment(new Date().toISOString()), "");
    assert.equal(ngettext("%(n)s run", "%(n)s runs", 1), "1 run");
  }
});

test("plurals follow the language", () => {
  const runs = (/** @type {number} */ n) => ngettext("%(n)s run", "%(n)s runs", n);
  assert.deepEqual([runs(0), runs(1), runs(2)], ["0 runs", "1 run", "2 runs"]);
  setLanguage("zh-Hans", { "%(n)s run": ["%(n)s 次训练"] });
  assert.deepEqual([runs(1), runs(2)], ["1 次训练", "2 次训练"]);
});

test("numbers are written as people read them", () => {
  assert.equal(numbers.count(647510), "647,510");
  assert.equal(numbers.percent(0.9952), "99.52%");
  assert.equal(numbers.percent(null), "–");
  assert.equal(numbers.percent(0.99999), "99.99%");
  assert.equal(numbers.percent(1), "100.00%");
  assert.equal(numbers.loss(0.015), "0.0150");
  assert.equal(numbers.loss(0.00001234), "1.23e-5");
  assert.equal(numbers.clock(75), "1:15");
  assert.equal(numbers.clock(3750), "1:02:30");
  assert.equal(numbers.duration(1.94), "1.9 s");
  assert.equal(numbers.duration(2), "2.0 s");
  assert.equal(numbers.duration(40.2), "40 s");
  assert.equal(numbers.duration(180), "3 min");
  assert.equal(numbers.bytes(11490434), "11.5 MB");
  assert.equal(numbers.bytes(54321), "54 kB");
  assert.equal(numbers.bytes(492), "0.5 kB");
  assert.equal(numbers.bytes(0), "0 kB");
  assert.equal(number(0.5), "0.5");
});

test("a moment is short: today by the clock, else the date", () => {
  const now = new Date(2026, 5, 1, 18, 0);
  assert.match(numbers.moment(new Date(2026, 5, 1, 9, 5).toISOString(), now), /^09:05/);
  assert.match(numbers.moment(new Date(2026, 4, 2, 9, 5).toISOString(), now), /May 2/);
  assert.match(numbers.moment(new Date(2024, 4, 2).toISOString(), now), /2024/);
});

test("an answer that is no error of ours is still a sentence", () => {
  const ours = errorFrom(422, {
    error: { code: "invalid_config", message: "2 problems", fields: [{ path: "a", message: "b" }] },
  });
  assert.equal(ours.code, "invalid_config");
  assert.equal(ours.fields.length, 1);
  assert.match(errorFrom(502, null).message, /502/);
});

test("an error is read whole: its sentence, then what it says of its fields", () => {
  const field = { path: "image", message: "is too large: at most 4 MB" };
  const text = "The image cannot be used. Is too large: at most 4 MB.";
  assert.equal(reasonOf({ message: "The image cannot be used.", fields: [field] }), text);
  assert.equal(reasonOf({ message: "Gone", fields: [] }), "Gone.");
});

test("a network is never certain", () => {
  assert.equal(numbers.sureness(0.9999), ">99.9%");
  assert.equal(numbers.sureness(1), ">99.9%");
  assert.equal(numbers.sureness(0.9994), "99.9%");
  assert.equal(numbers.bareSureness(0.996), ">99");
  assert.equal(numbers.bareSureness(0.994), "99");
  assert.equal(numbers.bareSureness(0.001), "");
});

test("the seconds in a column all have one decimal", () => {
  assert.deepEqual([0.84, 1, 12.02, 75].map(numbers.inSeconds), [
    "0.8 s",
    "1.0 s",
    "12.0 s",
    "75.0 s",
  ]);
});

test("the pill counts workers", () => {
  assert.equal(workersText(1, 2), "1 of 2 workers busy");
  assert.equal(workersText(3, 0), "3 runs training");
});

test("an address may name a digit for the pad, and nothing else", () => {
  const address = "/api/datasets/mnist-5k/digits?part=test&offset=12&limit=1";
  assert.equal(digitWanted("mnist-5k/test/12"), address);
  for (const wrong of [null, "", "mnist/12", "mnist/both/1", "a/../test/1", "mnist/train/-1"])
    assert.equal(digitWanted(wrong), null);
});
