// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { faultOf, read } from "../../static/js/build/values.js";
import { readings } from "../../static/js/typed.js";

/** @param {string} type @returns {any} */
const argument = (type, more = {}) => ({ name: "a", title: "A", help: "", type, ...more });

test("a number is understood as people write it", () => {
  const cases = /** @type {[string, number][]} */ ([
    ["0.01", 0.01],
    ["0,01", 0.01],
    ["0,001", 0.001],
    [",5", 0.5],
    [".5", 0.5],
    ["5.", 5],
    ["12,5", 12.5],
    ["1234,567", 1234.567],
    ["  3 ", 3],
    ["\u00a07\u3000", 7],
    ["１２８", 128],
    ["０．００１", 0.001],
    ["０，０１", 0.01],
    ["0。5", 0.5],
    ["－３", -3],
    ["−3", -3],
    ["+2", 2],
    ["1e-3", 0.001],
    ["1E−3", 0.001],
    ["１ｅ－３", 0.001],
    ["1,5e-3", 0.0015],
    ["1.000", 1],
    ["1,234.5", 1234.5],
    ["1.234,5", 1234.5],
    ["1,234,567", 1234567],
    ["1.234.567", 1234567],
  ]);
  for (const [text, value] of cases) assert.deepEqual(readings(text), [value], text);
});

test("what may mean two numbers is never taken for one of them", () => {
  assert.deepEqual(readings("1,000"), [1000, 1]);
  assert.deepEqual(readings("-60,000"), [-60000, -60]);
  assert.deepEqual(
    readings("10.000", true),
    [10, 10000],
    "nobody writes decimals of a whole number",
  );
  assert.deepEqual(readings("1.5", true), [1.5]);
  for (const [type, text] of [
    ["number", "1,250"],
    ["integer", "1,250"],
    ["integer", "1.250"],
    ["integer", "１，２５０"],
  ]) {
    assert.equal(read(argument(type), text), text);
    const fault = faultOf(argument(type), text) ?? "";
    assert.ok(fault.includes(text), fault);
    assert.match(fault, /can mean (1250 or 1\.25|1\.25 or 1250)\. Write/);
  }
});

test("what is no number stays as it was typed", () => {
  const none = ["", "x", "1x", "1 000", "--1", "1e", "e3", "10%", "10²", "0x10", "Infinity", "NaN"];
  const more = ["1e400", "1e-400", "1,2,3", "1.2.3", ".", ",", "1,,2", "١"];
  for (const text of [...none, ...more]) {
    assert.deepEqual(readings(text), [], text);
    assert.equal(read(argument("number"), text), text);
  }
});

test("a size takes the same digits", () => {
  const pair = argument("pair");
  assert.deepEqual(read(pair, " ３×５ "), [3, 5]);
  assert.deepEqual(read(pair, "３，５"), [3, 5]);
  assert.deepEqual(read(pair, "3 х 5"), [3, 5], "a Cyrillic letter");
  assert.equal(read(pair, "４"), 4);
});
