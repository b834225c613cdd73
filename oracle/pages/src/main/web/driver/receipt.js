import { get } from "../common/api.js";
import {
  clock,
  clockSeconds,
  euro,
  exactEuro,
  exactKWh,
  exactPercent,
  exactPrice,
  kW,
  kWh,
  percent,
  span,
  tokens,
} from "../common/format.js";
import { Heading, html, Reading, useAgain, useRead } from "../common/parts.js";
import { t } from "../common/words.js";
import { checkReceipt } from "../proof/check.js";
import { CheckForm } from "../proof/form.js";
import { reasons, told } from "./reasons.js";

/** States of a bill that a quorum stands for, as this server tells it. */
const SETTLED = new Set(["FINAL", "CLAIMED"]);

/** What a session comes to, why power was cut, and the proof of it. */
export function Receipt({ session, events }) {
  const read = useRead(async () => {
    const [receipt, bill, network] = await Promise.all([
      get(`/sessions/${session}/receipt`),
      // a network may have no bills, and one may be forgotten or not computed yet
      get(`/sessions/${session}/bill`).catch(() => ({ state: "UNKNOWN", bill: null })),
      get("/network"),
    ]);
    return { receipt, bill, network };
  }, [session]);
  const settled = read.data !== undefined && SETTLED.has(read.data.bill.state);
  useAgain(
    events,
    settled ? [] : ["reset", "timestep", "session"],
    read.again,
    (name, data) => name !== "session" || data.session === session,
  );
  return html`
    <${Heading}>${t("receipt.title", { session })}<//>
    <${Reading} of=${read}>
      ${
        read.data &&
        html`<${Lines} ...${read.data} />
          <${Cuts} ...${read.data} />
          <p class="unprinted"><button onClick=${() => window.print()}>${t("receipt.print")}</button></p>
          ${SETTLED.has(read.data.bill.state) && read.data.bill.bill && html`<${Proof} key=${JSON.stringify(read.data)} session=${session} ...${read.data} />`}`
      }
    <//>
  `;
}

function Lines({ receipt, bill }) {
  const b = bill.bill;
  const vat = b ? b.vatMicroEuro : receipt.chargedMicroEuro - receipt.costMicroEuro - receipt.marginMicroEuro;
  return html`
    <p class="notice">
      <strong>${t("receipt.state")}:</strong>${" "}
      ${t(`bill.${bill.state}`, { span: span((bill.settlementSeconds ?? 0) - Date.now() / 1000) })}
    </p>
    <p class="quiet">${receipt.evseId} · ${clockSeconds(receipt.requestedAtSeconds)}</p>
    <table>
      <caption>
        ${t("receipt.lines")}
      </caption>
      <tbody>
        <tr>
          <td>
            ${t("receipt.energy")}:
            ${t("receipt.perKWh", { energy: exactKWh(receipt.deliveredWh), price: exactPrice(receipt.pricePerKWhE4) })}
          </td>
          <td class="right">${exactEuro(receipt.costMicroEuro)}</td>
        </tr>
        <tr>
          <td>${t("receipt.none")}</td>
          <td class="right">${exactEuro(0)}</td>
        </tr>
        <tr>
          <td>${t("receipt.margin")}</td>
          <td class="right">${exactEuro(receipt.marginMicroEuro)}</td>
        </tr>
        <tr>
          <td>${t("receipt.vat", { percent: exactPercent(receipt.vatE4 / 100) })}</td>
          <td class="right">${exactEuro(vat)}</td>
        </tr>
        <tr class="total">
          <th scope="row">${t("receipt.total")}</th>
          <td class="right"><strong id="total">${euro(receipt.chargedMicroEuro)}</strong></td>
        </tr>
      </tbody>
    </table>
    <p><small>${t("receipt.rounding")}</small></p>
    <dl class="lines">
      <dt>${t("receipt.green")}</dt>
      <dd>${kWh(receipt.greenWh)} (${percent(receipt.greenPercent)})</dd>
      ${
        b &&
        html`<dt>${t("receipt.tokens")}</dt>
          <dd>${tokens(b.tokens)}</dd>
          <dt>${t("receipt.compensation")}</dt>
          <dd>${euro(b.compensationMicroEuro)}</dd>`
      }
    </dl>
  `;
}

/** A plan can be opened until the timestep after its own is over. */
const KEPT_TIMESTEPS = 2;

/** Each timestep with what it allowed, and why. */
function Cuts({ receipt, bill, network }) {
  const why = reasons(receipt, SETTLED.has(bill.state), network.stepsPerHour);
  const cut = why.some((reason) => reason !== "full");
  const sentences = receipt.timesteps.map((each, i) => (why[i] === each.why?.reason ? told(each.why) : null));
  return html`<h2>${t("receipt.why")}</h2>
    <p class="quiet">${t("receipt.why.told")}</p>
    ${!cut && html`<p>${t("receipt.uncut")}</p>`}
    ${
      receipt.timesteps.length > 0 &&
      html`<div class="wide" tabindex="0">
          <table>
            <thead>
              <tr>
                <th>${t("receipt.time")}</th>
                <th class="right">${t("receipt.setpoint")}</th>
                <th class="right">${t("receipt.metered")}</th>
                <th>${t("receipt.reason")}</th>
              </tr>
            </thead>
            <tbody>
              ${receipt.timesteps.map((each, i) => {
                // what was said of the timestep before need not be said again
                const sentence = sentences[i] === sentences[i - 1] ? null : sentences[i];
                return html`<tr class=${sentence ? "goes-on" : null}>
                    <td>${clock(each.startSeconds)}</td>
                    <td class="right">${each.setpointW == null ? "–" : kW(each.setpointW)}</td>
                    <td class="right">${each.meteredWh == null ? "–" : kWh(each.meteredWh)}</td>
                    <td><${Why} each=${each} reason=${why[i]} stepSeconds=${network.timestepSeconds} /></td>
                  </tr>
                  ${
                    sentence &&
                    html`<tr>
                      <td colspan="4"><small>${sentence}</small></td>
                    </tr>`
                  }`;
              })}
            </tbody>
          </table>
        </div>
        <dl class="lines">
          ${[...new Set(why)].map(
            (reason) =>
              html`<dt>${t(`receipt.reason.${reason}`)}</dt>
                <dd>${t(`receipt.about.${reason}`)}</dd>`,
          )}
        </dl>`
    }`;
}

/** A timestep's reason, with the way to the plan or, when that is not kept any more, to what was said about it. */
function Why({ each, reason, stepSeconds }) {
  const words = t(`receipt.reason.${reason}`);
  if (each.source !== "PLAN") return words;
  const kept = each.why && each.startSeconds + KEPT_TIMESTEPS * stepSeconds > Date.now() / 1000;
  return html`<a href=${kept ? `/ledger#/plan/${each.timestep}/${each.why.group}` : `/ledger#/timestep/${each.timestep}`}>${words}</a>`;
}

/** The button that checks a receipt. */
function Proof({ session, receipt, bill, network }) {
  const words = {
    title: t("proof.title"),
    explain: t("proof.explain"),
    button: t("proof.check"),
    ok: t("proof.ok"),
    step: (step) => t(`proof.step.${step}`),
  };
  return html`<${CheckForm} id="proof" words=${words} check=${(trusted) => checkReceipt(trusted, session, network, bill, receipt)} />`;
}
