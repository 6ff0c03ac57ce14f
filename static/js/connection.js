// @ts-check
/** Whether the server is reached: a connection that breaks, or that died while the machine slept. */

/** @typedef {"online" | "offline"} Link */

const OFFLINE_AFTER_MS = 1500;
/** What answers at all answers a question about nothing at once. */
const WAKING_MS = 4000;

/**
 * A short break is ignored: offline is published only when it lasts.
 * @param {any} socket
 * @param {import("./lifetime.js").Lifetime} lifetime
 */
export function linkState(socket, lifetime) {
  const state = {
    now: /** @type {Link} */ ("online"),
    listeners: /** @type {Set<(s: Link) => void>} */ (new Set()),
  };
  const lasting = lifetime.timer();
  let isDown = false;
  const publish = (/** @type {Link} */ now) => {
    if (state.now === now) return;
    state.now = now;
    for (const listener of state.listeners) listener(now);
  };
  const down = () => {
    if (!isDown) lasting.start(() => publish("offline"), OFFLINE_AFTER_MS);
    isDown = true;
  };
  socket.on("disconnect", down);
  socket.on("connect_error", down);
  socket.on("connect", () => {
    lasting.stop();
    isDown = false;
    publish("online");
  });
  return state;
}

/** Timers that come so late have slept. */
const SLEPT_MS = 15_000;
const TICK_MS = 5_000;

/**
 * Called when this machine may have slept: a timer came late, the page is looked at again, or
 * there is a network again.
 * @param {() => void} act
 * @param {import("./lifetime.js").Lifetime} lifetime
 */
export function onWaking(act, { every, signal }) {
  let ticked = Date.now();
  every(() => {
    const late = Date.now() - ticked;
    ticked = Date.now();
    if (late > SLEPT_MS) act();
  }, TICK_MS);
  const onShown = () => void (document.hidden || act());
  addEventListener("online", act, { signal });
  document.addEventListener("visibilitychange", onShown, { signal });
}

/**
 * A connection may have died during sleep, which its own heartbeat detects only after
 * three quarters of a minute: ask, and begin a new one where nothing is answered.
 * @param {any} socket
 * @param {AbortSignal} signal ends it
 */
export async function wake(socket, signal) {
  if (!socket.connected) return socket.connect();
  try {
    await socket.timeout(WAKING_MS).emitWithAck("unwatch", { run_id: "-" });
  } catch {
    if (!signal.aborted) socket.disconnect().connect();
  }
}
