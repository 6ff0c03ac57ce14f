// @ts-check
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const SCRIPTS = new URL("../../static/js/", import.meta.url).pathname;

/** The module as a page with this root path loads it. @param {string} [root] */
async function loaded(root) {
  /** @type {any} */ (globalThis).document = { documentElement: { dataset: { root } } };
  try {
    return await import(`../../static/js/root.js?${encodeURIComponent(String(root))}`);
  } finally {
    delete (/** @type {any} */ (globalThis).document);
  }
}

test("on a server of its own addresses are paths", async () => {
  const { at, within } = await loaded();
  assert.equal(at("/runs"), "/runs");
  assert.equal(within("/lessons/3"), "/lessons/3");
});

test("under a root path addresses begin with it", async () => {
  const { at, within } = await loaded("/user/ada");
  assert.equal(at("/?run=1"), "/user/ada/?run=1");
  assert.equal(within("/user/ada/lessons/3"), "/lessons/3");
  assert.equal(within("/user/adam/lessons"), "/user/adam/lessons");
  assert.equal(within(at("/")), "/");
});

test("no script writes an address without the root path", () => {
  const bare = /(?:href|action|src|path)\s*[:=]\s*[`"']\/(?!\/)/;
  for (const name of readdirSync(SCRIPTS, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".js")) continue;
    const lines = readFileSync(join(SCRIPTS, name), "utf8").split("\n");
    for (const line of lines.filter((one) => !/\bconst path = `\/api\//.test(one)))
      assert.ok(!bare.test(line), `${name}: ${line.trim()}`);
  }
});
