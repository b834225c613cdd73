import { html, useState } from "../common/parts.js";
import { t } from "../common/words.js";
import { checkReceipt } from "../proof/check.js";
import { NodeError } from "../proof/node.js";

const NODE = "chargeproof.node";
const CONSORTIUM = "chargeproof.consortium";
const UNCHECKED = { steps: null, problem: null, busy: false };

/**
 * The button that checks a receipt against a node and a Consortium of the reader's choice. A verdict is of what was shown when it was given: its owner
 * gives it another key when that changes.
 */
export function Proof({ session, receipt, bill, network }) {
  const [nodeUrl, setNode] = useState(localStorage.getItem(NODE) ?? "");
  const [consortium, setConsortium] = useState(localStorage.getItem(CONSORTIUM) ?? "");
  const [state, setState] = useState(UNCHECKED);
  const change = (set) => (event) => {
    set(event.target.value.trim());
    setState(UNCHECKED);
  };
  const check = async (event) => {
    event.preventDefault();
    setState({ ...UNCHECKED, busy: true });
    try {
      const trusted = { nodeUrl, consortium: consortium.toLowerCase() };
      const steps = await checkReceipt(trusted, session, network, bill, receipt);
      localStorage.setItem(NODE, nodeUrl);
      localStorage.setItem(CONSORTIUM, consortium);
      setState({ ...UNCHECKED, steps });
    } catch (problem) {
      setState({ ...UNCHECKED, problem });
    }
  };
  const proven = state.steps !== null && state.steps.every((each) => each.ok);
  return html`<section class="card unprinted" aria-labelledby="proof">
    <h2 id="proof">${t("proof.title")}</h2>
    <p>${t("proof.explain")}</p>
    <form onSubmit=${check}>
      <p>
        <label>
          ${t("proof.node")}${" "}
          <input id="node" type="url" required value=${nodeUrl} placeholder="http://127.0.0.1:8545" onInput=${change(setNode)} />
        </label>
      </p>
      <p>
        <label>
          ${t("proof.consortium")}${" "}
          <input
            id="consortium"
            size="44"
            required
            pattern="0x[0-9a-fA-F]{40}"
            title="0x…"
            value=${consortium}
            onInput=${change(setConsortium)}
          />
        </label>
      </p>
      <p><button class="main" disabled=${state.busy}>${state.busy ? t("proof.checking") : t("proof.check")}</button></p>
    </form>
    <div role="status" id="proof-result" data-proven=${state.steps === null ? "" : String(proven)}>
      ${state.problem && html`<p class="notice bad">${explained(state.problem)}</p>`}
      ${state.steps && html`<${Verdict} steps=${state.steps} proven=${proven} />`}
    </div>
  </section>`;
}

function explained(problem) {
  const kind = problem instanceof NodeError ? problem.kind : "strange";
  return t(`proof.node.${kind}`, { message: problem.message, origin: location.origin });
}

function Verdict({ steps, proven }) {
  return html`<div class=${`notice ${proven ? "good" : "bad"}`}>
    <strong>${t(proven ? "proof.ok" : "proof.wrong")}</strong>
    <ul class="steps">
      ${steps.map(
        (each) =>
          html`<li class=${each.ok ? "good" : "bad"}>
            ${each.ok ? "✓" : "✗"} ${t(`proof.step.${each.step}`)}
            ${each.wrong.map((wrong) => html`<br /><code>${t("proof.number", wrong)}</code>`)}
          </li>`,
      )}
    </ul>
  </div>`;
}
