// @ts-check
/** Questions over the socket that the server acknowledges with an answer. */

import { ApiError } from "./api.js";

const ACK_MS = 10_000;

/**
 * @param {any} socket
 * @param {string} event
 * @param {object} payload
 * @returns {Promise<any>}
 */
export function ask(socket, event, payload) {
  return socket.timeout(ACK_MS).emitWithAck(event, payload);
}

/**
 * The answer itself, or the server's error thrown.
 * @param {any} answer
 */
export function answerOf(answer) {
  const error = answer?.error;
  // A run carries "error" too, but never as the one key of an answer.
  if (!error?.code) return answer;
  const { status = 0, code, message, fields = [], retry_after } = error;
  throw new ApiError(status, code, message, fields, retry_after);
}
