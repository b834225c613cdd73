// A node that the reader names: whatever it answers is bounded, and what is wrong with it is told apart.

const MOST_BYTES = 1 << 16;
const MOST_MILLIS = 10_000;

/** Why a node gave no answer that can be used; `kind` is "unreached", "refused" or "strange". */
export class NodeError extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

/** Reads an answer as far as it is short. */
async function read(response) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.length;
    if (bytes > MOST_BYTES) {
      await reader.cancel();
      throw new NodeError("strange", `an answer of more than ${MOST_BYTES} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}

/**
 * Calls a node by JSON-RPC 2.0.
 *
 * @return its result, which is a text; anything else is an error and never a match
 * @throws NodeError
 */
export async function askNode(url, method, params) {
  let text;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      signal: AbortSignal.timeout(MOST_MILLIS),
    });
    text = await read(response);
  } catch (problem) {
    if (problem instanceof NodeError) throw problem;
    throw new NodeError("unreached", problem.message);
  }
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new NodeError("strange", "no JSON");
  }
  if (answer?.error) throw new NodeError("refused", String(answer.error.message ?? "no reason given").slice(0, 200));
  if (typeof answer?.result !== "string") throw new NodeError("strange", "no result that is a text");
  return answer.result;
}
