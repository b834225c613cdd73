import { get } from "../common/api.js";
import { clock, clockSeconds, euro, kW, kWh, percent, price, span, tokens } from "../common/format.js";
import { html, Reading, useEffect, useRead } from "../common/parts.js";
import { t } from "../common/words.js";
import { Proof } from "./proof.js";

const PROVEN = new Set(["FINAL", "CLAIMED"]);

/** What a session comes to, why power was cut, and the proof of it. */
export function Receipt({ session, events }) {
  const read = useRead(async () => {
    const [receipt, bill, network] = await Promise.all([
      get(`/sessions/${session}/receipt`),
      get(`/sessions/${session}/bill`),
      get("/network"),
    ]);
    return { receipt, bill, network };
  }, [session]);
  useEffect(() => {
    const listener = (name, data) =>
      (name === "reset" || name === "timestep" || (name === "session" && data.session === Number(session))) && read.again();
    events.add(listener);
    return () => events.delete(listener);
  }, [read.again]);
  return html`
    <h1>${t("receipt.title", { session })}</h1>
    <${Reading} of=${read}>
      ${
        read.data &&
        html`<${Lines} ...${read.data} />
          <${Cuts} receipt=${read.data.receipt} network=${read.data.network} />
          <p class="unprinted"><button onClick=${() => window.print()}>${t("receipt.print")}</button></p>
          ${PROVEN.has(read.data.bill.state) && read.data.bill.bill && html`<${Proof} ...${read.data} />`}`
      }
    <//>
  `;
}

function Lines({ receipt, bill }) {
  const b = bill.bill;
  const vat = b ? b.vatMicroEuro : receipt.chargedMicroEuro - receipt.costMicroEuro - receipt.marginMicroEuro;
  const kind = PROVEN.has(bill.state) ? "good" : "";
  return html`
    <p class=${`notice ${kind}`}>
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
            ${t("receipt.energy")}: ${t("receipt.perKWh", { energy: kWh(receipt.deliveredWh), price: price(receipt.pricePerKWhE4, 0) })}
          </td>
          <td class="right">${euro(receipt.costMicroEuro)}</td>
        </tr>
        <tr>
          <td>${t("receipt.none")}</td>
          <td class="right">${euro(0)}</td>
        </tr>
        <tr>
          <td>${t("receipt.margin")}</td>
          <td class="right">${euro(receipt.marginMicroEuro)}</td>
        </tr>
        <tr>
          <td>${t("receipt.vat", { percent: percent(receipt.vatE4 / 100) })}</td>
          <td class="right">${euro(vat)}</td>
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

/** A car that takes less than this part of what is allowed is slower than its charge point. */
const TAKEN = 0.9;

/** Why a timestep's power was what it was: the setpoint's source, what had been delivered before, and what the car took. */
export function reasons(receipt, stepsPerHour) {
  let deliveredWh = 0;
  return receipt.timesteps.map((each) => {
    const before = deliveredWh;
    deliveredWh += each.meteredWh ?? 0;
    if (!each.curtailed && each.source === "PLAN") return tookLess(each, stepsPerHour) ? "less" : "full";
    if (each.source !== "PLAN") return each.source;
    if (receipt.promisedWh !== null && before >= receipt.promisedWh) return "done";
    return tookLess(each, stepsPerHour) ? "less" : "shared";
  });
}

function tookLess(each, stepsPerHour) {
  return each.setpointW > 0 && each.meteredWh != null && each.meteredWh * stepsPerHour < TAKEN * each.setpointW;
}

/** Each timestep with what it allowed, and why. */
function Cuts({ receipt, network }) {
  const why = reasons(receipt, network.stepsPerHour);
  const cut = why.some((reason) => reason !== "full");
  return html`<h2>${t("receipt.why")}</h2>
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
              ${receipt.timesteps.map(
                (each, i) =>
                  html`<tr>
                    <td>${clock(each.startSeconds)}</td>
                    <td class="right">${each.setpointW == null ? "–" : kW(each.setpointW)}</td>
                    <td class="right">${each.meteredWh == null ? "–" : kWh(each.meteredWh)}</td>
                    <td>${t(`receipt.reason.${why[i]}`)}</td>
                  </tr>`,
              )}
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
