// @ts-check
/** Which letter a key stands for, whatever the keyboard's layout. */

/**
 * The Latin letter, in lower case; "" for other keys. Layouts with Latin letters move them about
 * (AZERTY), so theirs counts; others (Cyrillic, Greek) have Latin ones in the places of QWERTY.
 * @param {Pick<KeyboardEvent, "key" | "code">} event
 */
export function letterOf({ key, code }) {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  return /^Key([A-Z])$/.exec(code)?.[1].toLowerCase() ?? "";
}
