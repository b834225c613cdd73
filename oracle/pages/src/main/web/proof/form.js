// What a reader checks by a node and a Consortium of their choice.
import "./words.js";
import "./form.css";
import { html, useState } from "../common/parts.js";
import { t } from "../common/words.js";
import { NodeError } from "./node.js";

const NODE = "chargeproof.node";
const CONSORTIUM = "chargeproof.consortium";
const UNCHECKED = { steps: null, problem: null, busy: false };

/**
 * Asks for both addresses and shows what came of it. A verdict is of what was shown when it was given: who uses this gives it another key when that
 * changes.
 *
 * @param id of the section, and of what it has inside
 * @param words { title, explain, button, ok, step: what a step is called }
 * @param check told { nodeUrl, consortium }; gives steps of { step, ok, wrong: [{ name, shown, proven }] }, or throws a NodeError
 */
export function CheckForm({ id, words, check }) {
  const [nodeUrl, setNode] = useState(localStorage.getItem(NODE) ?? "");
  const [consortium, setConsortium] = useState(localStorage.getItem(CONSORTIUM) ?? "");
  const [state, setState] = useState(UNCHECKED);
  const change = (set) => (event) => {
    set(event.target.value.trim());
    setState(UNCHECKED);
  };
  const submit = async (event) => {
    event.preventDefault();
    setState({ ...UNCHECKED, busy: true });
    try {
      const steps = await check({ nodeUrl, consortium: consortium.toLowerCase() });
      localStorage.setItem(NODE, nodeUrl);
      localStorage.setItem(CONSORTIUM, consortium);
      setState({ ...UNCHECKED, steps });
    } catch (problem) {
      setState({ ...UNCHECKED, problem });
    }
  };
  const proven = state.steps !== null && state.steps.every((each) => each.ok);
  return html`<section class="card unprinted" aria-labelledby=${id}>
    <h2 id=${id}>${words.title}</h2>
    <p>${words.explain}</p>
    <form onSubmit=${submit}>
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
      <p><button class="main" disabled=${state.busy}>${state.busy ? t("proof.checking") : words.button}</button></p>
    </form>
    <div role="status" id=${`${id}-result`} data-proven=${state.steps === null ? "" : String(proven)}>
      ${state.problem && html`<p class="notice bad">${explained(state.problem)}</p>`}
      ${state.steps && html`<${Verdict} steps=${state.steps} proven=${proven} words=${words} />`}
    </div>
  </section>`;
}

function explained(problem) {
  const kind = problem instanceof NodeError ? problem.kind : "strange";
  return t(`proof.node.${kind}`, { message: problem.message, origin: location.origin });
}

function Verdict({ steps, proven, words }) {
  return html`<div class=${`notice ${proven ? "good" : "bad"}`}>
    <strong>${proven ? words.ok : t("proof.wrong")}</strong>
    <ul class="steps">
      ${steps.map(
        (each) =>
          html`<li class=${each.ok ? "good" : "bad"}>
            ${each.ok ? "✓" : "✗"} ${words.step(each.step)}
            ${each.wrong.map((wrong) => html`<br /><code>${t("proof.number", wrong)}</code>`)}
          </li>`,
      )}
    </ul>
  </div>`;
}
