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
export function takeKey(value) {
  if (value) sessionStorage.setItem(KEY, value);
  else sessionStorage.removeItem(KEY);
}

function headers(more = {}) {
  return key() ? { authorization: `Bearer ${key()}`, ...more } : more;
}

const MOST_TRIES = 4;
const MOST_WAIT_SECONDS = 10;

/** A read that the server is too busy for is tried again when it says; nothing else is. */
async function call(method, path, body) {
  for (let tries = 1; ; tries++) {
    const response = await send(method, path, body);
    if (method !== "GET" || tries === MOST_TRIES || ![429, 503].includes(response.status)) return answerOf(response);
    const seconds = Math.min(MOST_WAIT_SECONDS, Number(response.headers.get("retry-after")) || 1);
    await new Promise((done) => setTimeout(done, 1_000 * seconds * (1 + Math.random())));
  }
}

async function send(method, path, body) {
  try {
    return await fetch(`/api/v1${path}`, {
      method,
      headers: headers(body === undefined ? {} : { "content-type": "application/json" }),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (problem) {
    throw new ApiError(0, problem.message);
  }
}

async function answerOf(response) {
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
  let answer;
  try {
    const response = await fetch("/rpc", {
      method: "POST",
      headers: headers({ "content-type": "application/json" }),
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: `charge_${method}`, params }),
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

/** More than any event of the API. */
const MOST_EVENT_CHARACTERS = 1 << 20;

/**
 * Follows the oracle's events while the page is seen, over interruptions. EventSource cannot send a key, so this reads the stream itself.
 *
 * @param listener told of each event: its name and data, also of "online" and "offline"; after "reset" what is shown is to be read anew
 * @return ends it
 */
export function follow(listener) {
  let last = "";
  let current = null;
  const tell = (name, data) => {
    try {
      listener(name, data);
    } catch (problem) {
      console.error(problem);
    }
  };
  const listen = async (signal) => {
    const response = await fetch("/api/v1/events", { headers: headers(last ? { "last-event-id": last } : {}), signal });
    if (!response.ok) throw new ApiError(response.status, response.statusText);
    tell("online", {});
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      const blocks = text.split("\n\n");
      text = blocks.pop();
      if (text.length > MOST_EVENT_CHARACTERS) throw new ApiError(0, "an event without an end");
      for (const block of blocks) {
        const event = parse(block);
        if (event.id) last = event.id;
        if (event.name) tell(event.name, event.data);
      }
    }
  };
  const go = async (signal) => {
    let retryMillis = 1_000;
    while (!signal.aborted) {
      const begun = Date.now();
      try {
        await listen(signal);
      } catch (problem) {
        // without a key that counts there are no live changes, and nothing is to be awaited
        if (signal.aborted || problem.status === 401 || problem.status === 403) return;
      }
      if (signal.aborted) return;
      tell("offline", {});
      if (Date.now() - begun > MOST_RETRY_MILLIS) retryMillis = 1_000;
      await new Promise((done) => setTimeout(done, retryMillis * (0.5 + Math.random())));
      retryMillis = Math.min(2 * retryMillis, MOST_RETRY_MILLIS);
    }
  };
  // a tab that nobody sees holds no connection: browsers have six for a server, and servers a number for all
  const turn = () => {
    current?.abort();
    current = null;
    if (document.visibilityState === "hidden") return;
    current = new AbortController();
    go(current.signal);
  };
  document.addEventListener("visibilitychange", turn);
  turn();
  return () => {
    document.removeEventListener("visibilitychange", turn);
    current?.abort();
  };
}

/** One event as the HTML standard has it, as far as the API uses it. */
export function parse(block) {
  const event = { id: "", name: "", data: {} };
  for (const line of block.split("\n")) {
    if (line.startsWith("id: ")) event.id = line.slice(4);
    else if (line.startsWith("event: ")) event.name = line.slice(7);
    else if (line.startsWith("data: ")) event.data = json(line.slice(6));
  }
  return event;
}

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
