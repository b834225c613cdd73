import { get } from "../common/api.js";
import { PowerChart } from "../common/chart.js";
import { clock, kW, kWh } from "../common/format.js";
import { Heading, html, Reading, useRead } from "../common/parts.js";
import { t } from "../common/words.js";
import { CheckForm } from "../proof/form.js";
import { checkPlan } from "../proof/plan.js";
import { rerun } from "./rerun.js";

const LEAST_STEPS = 8;

/** One group's plan, opened. */
export function Plan({ timestep, group }) {
  const read = useRead(async () => {
    const [plan, network] = await Promise.all([get(`/timesteps/${timestep}/plans/${group}`), get("/network")]);
    return { plan, network };
  }, [timestep, group]);
  return html`
    <p><a href=${`#/timestep/${timestep}`}>← ${t("ledger.open", { timestep })}</a></p>
    <${Heading}>${t("ledger.plan", { timestep, group })}<//>
    <${Reading} of=${read}>${read.data && html`<${Opened} ...${read.data} />`}<//>
  `;
}

function Opened({ plan, network }) {
  // behind the last car a plan has nothing but zeros
  const used = plan.powerW.findLastIndex((w) => w > 0) + 1;
  const steps = Math.min(plan.powerW.length, Math.max(LEAST_STEPS, used + 2));
  return html`
    <${PowerChart}
      label=${t("ledger.plan.chart", { group: plan.group })}
      startSeconds=${plan.startSeconds}
      stepSeconds=${network.timestepSeconds}
      series=${[{ label: t("ledger.plan.total"), powerW: plan.powerW.slice(0, steps) }]}
    />
    <h2>${t("ledger.plan.rows")}</h2>
    ${
      plan.rows.length === 0
        ? html`<p class="quiet">${t("ledger.plan.none")}</p>`
        : html`<div class="wide" tabindex="0">
            <table>
              <thead>
                <tr>
                  <th class="right">${t("ledger.plan.point")}</th>
                  <th class="right">${t("ledger.plan.session")}</th>
                  <th class="right">${t("ledger.plan.now")}</th>
                  <th>${t("ledger.plan.steps")}</th>
                </tr>
              </thead>
              <tbody>
                ${plan.rows.map(
                  (row) =>
                    html`<tr>
                      <td class="right">${row.chargePoint}</td>
                      <td class="right">${row.session}</td>
                      <td class="right">${kW(row.powerW[0] ?? 0)}</td>
                      <td><${Spark} row=${row} steps=${steps} plan=${plan} step=${network.timestepSeconds} /></td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
    ${
      plan.decisions.length > 0 &&
      html`<h2>${t("ledger.decisions")}</h2>
        <ul>
          ${plan.decisions.map(
            (d) =>
              html`<li>
                ${t("ledger.plan.session")} ${d.session}:${" "}
                <span class=${d.accepted ? "good" : "warn"}>
                  ${t(d.accepted ? "ledger.decision.accepted" : "ledger.decision.refused", { energy: kWh(d.energyWh) })}
                </span>
              </li>`,
          )}
        </ul>`
    }
    <dl class="lines">
      <dt>${t("ledger.plan.algorithm")}</dt>
      <dd><code>${plan.algorithm}</code></dd>
      <dt>${t("ledger.plan.input")}</dt>
      <dd><code>${plan.input}</code></dd>
    </dl>
    <${Again} plan=${plan} network=${network} />
    <details class="card">
      <summary>${t("ledger.plan.bytes")}</summary>
      <code>${plan.plan}</code>
    </details>
  `;
}

/** A row's power over the plan's timesteps, small. */
function Spark({ row, steps, plan, step }) {
  const most = Math.max(1, ...row.powerW);
  const until = clock(plan.startSeconds + row.powerW.length * step);
  const label = `${kW(most)}, ${clock(plan.startSeconds)} – ${until}`;
  return html`<svg class="spark" viewBox="0 0 ${steps} 16" preserveAspectRatio="none" role="img" aria-label=${label}>
    <title>${label}</title>
    ${row.powerW.map((w, i) => w > 0 && html`<rect x=${i} width="1" y=${16 - (16 * w) / most} height=${(16 * w) / most} />`)}
  </svg>`;
}

/** The button that computes the plan again in this browser, and looks for it on the ledger. */
function Again({ plan, network }) {
  const words = {
    title: t("ledger.again.title"),
    explain: t("ledger.again.explain"),
    button: t("ledger.again.check"),
    ok: t("ledger.again.ok"),
    step: (step) => t(`ledger.again.step.${step}`),
  };
  const check = async (trusted) => {
    const proof = await get(`/timesteps/${plan.timestep}/plans/${plan.group}/proof`);
    const shown = plan.rows.map((row) => ({ chargePoint: row.chargePoint, powerW: row.powerW[0] ?? 0 }));
    return checkPlan(trusted, plan, proof, rerun, shown, network.stepsPerHour);
  };
  return html`<${CheckForm} id="again" words=${words} check=${check} />`;
}
