// @ts-check
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { createStorage } from "../../static/js/storage.js";
import { fakeArea } from "./area.js";

/** @returns {never} */
const blocked = () => {
  throw new DOMException("Access is denied for this document.", "SecurityError");
};

test("what is kept is there for the next page", () => {
  const area = fakeArea();
  createStorage(() => area).write("inkling.a", "1");
  createStorage(() => area).writeJson("inkling.b", { c: [1] });
  const next = createStorage(() => area);
  assert.equal(next.read("inkling.a"), "1");
  assert.deepEqual(next.readJson("inkling.b"), { c: [1] });
  assert.equal(next.read("inkling.none"), null);
});

test("where even reading the property throws, a value lasts as long as the page", () => {
  const storage = createStorage(blocked);
  assert.equal(storage.read("inkling.a"), null);
  assert.equal(storage.readJson("inkling.a"), null);
  storage.writeJson("inkling.a", [1]);
  assert.deepEqual(storage.readJson("inkling.a"), [1]);
  storage.clear();
  assert.equal(storage.readJson("inkling.a"), null);
});

test("what a full storage refuses is not lost behind what it kept before", () => {
  const area = fakeArea();
  const storage = createStorage(() => area);
  storage.write("inkling.a", "old");
  const { setItem } = area;
  area.setItem = blocked;
  storage.write("inkling.a", "new");
  assert.equal(storage.read("inkling.a"), "new");
  area.setItem = setItem;
  storage.write("inkling.a", "newest");
  assert.equal(area.getItem("inkling.a"), "newest");
  assert.equal(storage.read("inkling.a"), "newest");
});

test("all that is ours is forgotten, and nothing else", () => {
  const area = fakeArea();
  area.setItem("another", "stays");
  const storage = createStorage(() => area);
  storage.write("inkling.a", "1");
  storage.clear();
  assert.equal(storage.read("inkling.a"), null);
  assert.equal(area.getItem("another"), "stays");
});

test("one module owns the browser's storage; theme.js, which runs before it, only reads", () => {
  const root = new URL("../../static/js/", import.meta.url);
  const names = /** @type {string[]} */ (readdirSync(root, { recursive: true }));
  const users = names.filter(
    (name) =>
      name.endsWith(".js") &&
      /localStorage|sessionStorage|indexedDB/.test(readFileSync(new URL(name, root), "utf8")),
  );
  assert.deepEqual(users.sort(), ["storage.js", "theme.js"]);
  assert.doesNotMatch(readFileSync(new URL("theme.js", root), "utf8"), /setItem/);
});
