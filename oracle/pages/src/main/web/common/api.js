// The HTTP API of the oracle that served the page, and its server-sent events.

const KEY = "chargeproof.key";
const MOST_RETRY_MILLIS = 16_000;

/** What the API refused, in its own words (RFC 9457); `status` is 0 when it did not answer. */
export class ApiError extends Error {
  constructor(status, detail, errors = []) {
    super(detail);
    this.status = status;
    this.errors = errors;
  }
}

/** The caller's key; empty without one. It stays in this tab alone. */
export function key() {
  return sessionStorage.getItem(KEY) ?? "";
}

/** Takes a key for the calls that follow; empty to forget it. */
export function useKey(value) {
  if (value) sessionStorage.setItem(KEY, value);
  else sessionStorage.removeItem(KEY);
}

function headers(more = {}) {
  return key() ? { authorization: `Bearer ${key()}`, ...more } : more;
}

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers: headers(body === undefined ? {} : { "content-type": "application/json" }),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (problem) {
    throw new ApiError(0, problem.message);
  }
  const text = await response.text();
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    throw new ApiError(response.status, "the answer is no JSON");
  }
  if (!response.ok) throw new ApiError(response.status, answer?.detail ?? response.statusText, answer?.errors);
  return answer;
}

export const get = (path) => call("GET", path);
export const post = (path, body) => call("POST", path, body);
export const remove = (path) => call("DELETE", path);

/** A method of the namespace `charge`, at the oracle's `/rpc`. */
export async function rpc(method, ...params) {
  return jsonRpc("/rpc", `charge_${method}`, params, headers());
}

/** A call of JSON-RPC 2.0 at any node. */
export async function jsonRpc(url, method, params, more = {}) {
  let answer;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...more },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      credentials: "omit",
    });
    answer = await response.json();
  } catch (problem) {
    throw new ApiError(0, problem.message);
  }
  if (answer.error) throw new ApiError(400, answer.error.message);
  return answer.result;
}

/** All charge points, page by page, up to so many. */
export async function chargePoints(most) {
  const all = [];
  for (let from = 0; from !== null && all.length < most;) {
    const page = await get(`/charge-points?from=${from}&count=200`);
    all.push(...page.chargePoints);
    from = page.next;
    if (from === null) return { chargePoints: all, total: page.total };
  }
  return { chargePoints: all.slice(0, most), total: null };
}

/**
 * Follows the oracle's events for as long as the page is open, over interruptions. EventSource cannot send a key, so this reads the stream itself.
 *
 * @param listener told of each event: its name and data, also of "online" and "offline"; after "reset" what is shown is to be read anew
 * @return ends it
 */
export function follow(listener) {
  const ending = new AbortController();
  let last = "";
  let retryMillis = 1_000;
  const listen = async () => {
    const response = await fetch("/api/v1/events", {
      headers: headers(last ? { "last-event-id": last } : {}),
      signal: ending.signal,
    });
    if (!response.ok) throw new ApiError(response.status, response.statusText);
    retryMillis = 1_000;
    listener("online", {});
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      const blocks = text.split("\n\n");
      text = blocks.pop();
      for (const block of blocks) {
        const event = parse(block);
        if (event.id) last = event.id;
        if (event.name) listener(event.name, event.data);
      }
    }
  };
  const go = async () => {
    while (!ending.signal.aborted) {
      try {
        await listen();
      } catch {
        if (ending.signal.aborted) return;
      }
      listener("offline", {});
      await new Promise((done) => setTimeout(done, retryMillis * (0.5 + Math.random())));
      retryMillis = Math.min(2 * retryMillis, MOST_RETRY_MILLIS);
    }
  };
  go();
  return () => ending.abort();
}

/** One event as the HTML standard has it, as far as the API uses it. */
export function parse(block) {
  const event = { id: "", name: "", data: {} };
  for (const line of block.split("\n")) {
    if (line.startsWith("id: ")) event.id = line.slice(4);
    else if (line.startsWith("event: ")) event.name = line.slice(7);
    else if (line.startsWith("data: ")) event.data = JSON.parse(line.slice(6));
  }
  return event;
}
