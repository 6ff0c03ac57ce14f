// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { tokens } from "../../static/js/code/tokens.js";

/** @param {string} program */
const kinds = (program) =>
  tokens(program)
    .filter(({ kind }) => kind)
    .map(({ kind, text }) => [kind, text]);

test("the tokens together are the program", () => {
  const program = '# a "comment"\nimport keras\nx = f("a#b", 1e-05, x_1) / 255\n\n';
  assert.equal(
    tokens(program)
      .map(({ text }) => text)
      .join(""),
    program,
  );
});

test("comments, strings, numbers and words are told apart", () => {
  assert.deepEqual(kinds('from keras import layers  # as "it" is, 1'), [
    ["word", "from"],
    ["word", "import"],
    ["comment", '# as "it" is, 1'],
  ]);
  assert.deepEqual(kinds('layers.Conv2D(32, 0.5, "re # \\" lu", x1=True)'), [
    ["number", "32"],
    ["number", "0.5"],
    ["string", '"re # \\" lu"'],
    ["word", "True"],
  ]);
  assert.deepEqual(kinds("learning_rate=1e-05, min=inner"), [["number", "1e-05"]]);
});

test("a program without any is one token", () => {
  assert.deepEqual(tokens("model.summary()"), [{ kind: "", text: "model.summary()" }]);
  assert.deepEqual(tokens(""), []);
});
