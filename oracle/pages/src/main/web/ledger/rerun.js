// The planner in a thread of its own: a large group takes a while, and the page goes on.

const MOST_MILLIS = 120_000;

/**
 * Computes a group's plan, with its certificate, by the planner's own code.
 *
 * @param input 0x...
 * @return the plan, 0x...
 * @throws Error when the input is not valid, or it takes too long
 */
export function rerun(input) {
  return new Promise((done, failed) => {
    const worker = new Worker("/web/planner-worker.js", { type: "module" });
    const timer = setTimeout(() => end(failed, new Error(`it takes more than ${MOST_MILLIS / 1000} s here`)), MOST_MILLIS);
    const end = (how, value) => {
      clearTimeout(timer);
      worker.terminate();
      how(value);
    };
    worker.onmessage = ({ data }) => (data.error ? end(failed, new Error(data.error)) : end(done, data.plan));
    worker.onerror = (event) => end(failed, new Error(event.message ?? "the planner cannot be loaded"));
    worker.postMessage(input);
  });
}
