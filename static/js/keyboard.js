// @ts-check
/** What a key means, whatever the keyboard's layout and input method. */

/**
 * The Latin letter, in lower case; "" for other keys. Layouts with Latin letters move them about
 * (AZERTY), so theirs counts; others (Cyrillic, Greek) have Latin ones in the places of QWERTY.
 * @param {Pick<KeyboardEvent, "key" | "code">} event
 */
export function letterOf({ key, code }) {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  return /^Key([A-Z])$/.exec(code)?.[1].toLowerCase() ?? "";
}

/**
 * Whether a field is to be left as it was. While an input method composes (Chinese), Escape is the
 * method's own.
 * @param {Pick<KeyboardEvent, "key" | "isComposing">} event
 */
export const isEscape = ({ key, isComposing }) => key === "Escape" && !isComposing;
