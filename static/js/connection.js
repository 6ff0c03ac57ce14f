// @ts-check
/** Whether the server is reached: a connection that breaks, or that died while the machine slept. */

/** @typedef {"online" | "offline"} Link */

const OFFLINE_AFTER_MS = 1500;
/** What answers at all answers a question about nothing at once. */
const WAKING_MS = 4000;

/**
 * A short break is ignored: offline is published only when it lasts.
 * @param {any} socket
 */
export function linkState(socket) {
  const state = {
    now: /** @type {Link} */ ("online"),
    listeners: /** @type {Set<(s: Link) => void>} */ (new Set()),
  };
  let timer = 0;
  const publish = (/** @type {Link} */ now) => {
    if (state.now === now) return;
    state.now = now;
    for (const listener of state.listeners) listener(now);
  };
  const down = () => {
    if (!timer) timer = window.setTimeout(publish, OFFLINE_AFTER_MS, "offline");
  };
  socket.on("disconnect", down);
  socket.on("connect_error", down);
  socket.on("connect", () => {
    window.clearTimeout(timer);
    timer = 0;
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
 */
export function onWaking(act) {
  let ticked = Date.now();
  window.setInterval(() => {
    const late = Date.now() - ticked;
    ticked = Date.now();
    if (late > SLEPT_MS) act();
  }, TICK_MS);
  window.addEventListener("online", act);
  document.addEventListener("visibilitychange", () => void (document.hidden || act()));
}

/**
 * A connection may have died during sleep, which its own heartbeat detects only after
 * three quarters of a minute: ask, and begin a new one where nothing is answered.
 * @param {any} socket
 */
export async function wake(socket) {
  if (!socket.connected) return socket.connect();
  try {
    await socket.timeout(WAKING_MS).emitWithAck("unwatch", { run_id: "-" });
  } catch {
    socket.disconnect().connect();
  }
}
