import { html, useState } from "../common/parts.js";
import { t } from "../common/words.js";
import { checkReceipt } from "../proof/check.js";

const NODE = "chargeproof.node";

/** The button that checks a receipt against a node of the reader's choice. */
export function Proof({ receipt, bill, network }) {
  const [node, setNode] = useState(localStorage.getItem(NODE) ?? "");
  const [state, setState] = useState({ steps: null, problem: null, busy: false });
  const check = async (event) => {
    event.preventDefault();
    setState({ steps: null, problem: null, busy: true });
    localStorage.setItem(NODE, node);
    try {
      setState({ steps: await checkReceipt(node, network, bill, receipt), problem: null, busy: false });
    } catch (problem) {
      setState({ steps: null, problem, busy: false });
    }
  };
  const proven = state.steps !== null && state.steps.every((each) => each.ok);
  return html`<section class="card unprinted" aria-labelledby="proof">
    <h2 id="proof">${t("proof.title")}</h2>
    <p>${t("proof.explain")}</p>
    <form class="row" onSubmit=${check}>
      <label>
        ${t("proof.node")}${" "}
        <input type="url" required value=${node} placeholder="http://127.0.0.1:8545" onInput=${(e) => setNode(e.target.value)} />
      </label>
      <button class="main" disabled=${state.busy}>${state.busy ? t("proof.checking") : t("proof.check")}</button>
    </form>
    <div role="status" id="proof-result" data-proven=${state.steps === null ? "" : String(proven)}>
      ${
        state.problem &&
        html`<p class="notice bad">${t("proof.node.failed", { message: state.problem.message, origin: location.origin })}</p>`
      }
      ${
        state.steps &&
        html`<div class=${`notice ${proven ? "good" : "bad"}`}>
          <strong>${t(proven ? "proof.ok" : "proof.wrong")}</strong>
          <ul class="steps">
            ${state.steps.map(
              (each) =>
                html`<li class=${each.ok ? "good" : "bad"}>
                  ${each.ok ? "✓" : "✗"} ${t(`proof.step.${each.step}`)}
                  ${each.wrong.map((wrong) => html`<br /><code>${t("proof.number", wrong)}</code>`)}
                </li>`,
            )}
          </ul>
        </div>`
      }
    </div>
  </section>`;
}
