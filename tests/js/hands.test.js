// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { isEscape, letterOf } from "../../static/js/keyboard.js";
import { comeDown, createHands, goUp, isDrawing } from "../../static/js/write/hands.js";

/** @param {number} pointerId @param {string} pointerType */
const pointer = (pointerId, pointerType, isPrimary = false) => ({
  pointerId,
  pointerType,
  isPrimary,
});

const [palm, other, pen] = [
  pointer(1, "touch", true),
  pointer(2, "touch"),
  pointer(3, "pen", true),
];

test("one pointer draws, a palm beside the pen does not", () => {
  const hands = createHands();
  assert.deepEqual(comeDown(hands, pen), { draws: true, takesBack: false });
  assert.deepEqual(comeDown(hands, palm), { draws: false, takesBack: false });
  assert.equal(isDrawing(hands, pen), true);
  assert.equal(goUp(hands, palm), false);
  assert.equal(goUp(hands, pen), true);
});

test("a palm that came first gives way to the pen, and draws no more", () => {
  const hands = createHands();
  assert.deepEqual(comeDown(hands, palm), { draws: true, takesBack: false });
  assert.deepEqual(comeDown(hands, pen), { draws: true, takesBack: true });
  assert.equal(isDrawing(hands, palm), false);
  assert.equal(goUp(hands, pen), true);
  assert.deepEqual(comeDown(hands, other), { draws: false, takesBack: false }, "it still rests");
});

test("two fingers leave no ink until both are gone", () => {
  const hands = createHands();
  comeDown(hands, palm);
  assert.deepEqual(comeDown(hands, other), { draws: false, takesBack: true });
  assert.equal(goUp(hands, palm), false);
  assert.deepEqual(comeDown(hands, pointer(4, "touch")), { draws: false, takesBack: false });
  goUp(hands, other);
  goUp(hands, pointer(4, "touch"));
  assert.deepEqual(comeDown(hands, pointer(5, "touch")), { draws: true, takesBack: false });
});

test("a touch whose end was lost blocks nothing", () => {
  const hands = createHands();
  comeDown(hands, palm);
  assert.deepEqual(comeDown(hands, pointer(9, "touch", true)), { draws: true, takesBack: false });
});

test("Escape is the input method's while it composes", () => {
  assert.equal(isEscape({ key: "Escape", isComposing: false }), true);
  assert.equal(isEscape({ key: "Escape", isComposing: true }), false);
  assert.equal(isEscape({ key: "z", isComposing: false }), false);
});

test("a letter is the layout's own Latin one, else that of its place", () => {
  const cases = [
    ["z", "KeyZ", "z"],
    ["Z", "KeyZ", "z"],
    ["z", "KeyW", "z"], // AZERTY
    ["w", "KeyZ", "w"],
    ["z", "KeyY", "z"], // QWERTZ
    ["я", "KeyZ", "z"],
    ["ζ", "KeyZ", "z"],
    ["ㅋ", "KeyZ", "z"],
    ["Escape", "Escape", ""],
    ["1", "Digit1", ""],
  ];
  for (const [key, code, letter] of cases) assert.equal(letterOf({ key, code }), letter, key);
});
