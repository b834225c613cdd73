import { get, remove } from "../common/api.js";
import { PowerChart } from "../common/chart.js";
import { clock, euro, kW, kWh, percent, span } from "../common/format.js";
import { Failure, Heading, html, Reading, Tile, useAgain, useRead, useState, useTick } from "../common/parts.js";
import { t } from "../common/words.js";
import { told } from "./reasons.js";

const RUNNING = new Set(["REQUESTED", "ACCEPTED"]);

/** A session while it goes on. */
export function Session({ session, events }) {
  const read = useRead(async () => {
    const [now, timestep, network] = await Promise.all([get(`/sessions/${session}`), get("/timesteps/current"), get("/network")]);
    const plan = await get(`/charge-points/${now.chargePoint}/plan`).catch(() => null);
    return { now, timestep, network, plan };
  }, [session]);
  useAgain(events, ["timestep", "plan", "session", "reset"], read.again);
  return html`
    <${Heading}>${t("session.title", { session })}<//>
    <${Reading} of=${read}>${read.data && html`<${Going} ...${read.data} again=${read.again} />`}<//>
  `;
}

function Going({ now, timestep, network, plan, again }) {
  useTick(1_000);
  const [ending, setEnding] = useState(false);
  const [failure, setFailure] = useState(null);
  const running = RUNNING.has(now.status);
  const end = async () => {
    setEnding(true);
    setFailure(null);
    try {
      await remove(`/me/requests/${now.session}`);
      again();
    } catch (problem) {
      setFailure(problem);
    }
    setEnding(false);
  };
  const why = running ? told(now.why) : null;
  const steps = plan && plan.session === now.session ? plan.powerW : [];
  return html`
    <p class="row">
      <span role="status" class=${`badge ${running ? "good" : "quiet"}`}>${t(`session.status.${now.status}`)}</span>
      <a href=${`#/point/${now.chargePoint}`}>${now.evseId}</a>
      <span class="quiet">${t("session.next", { span: span(timestep.endSeconds - Date.now() / 1000) })}</span>
    </p>
    ${
      now.status === "REFUSED" &&
      html`<p class="notice warn">
        ${t("session.refused")}
        ${now.offer && t("session.offer", { energy: kWh(now.offer.energyWh ?? 0), departure: clock(now.departureSeconds) })}
      </p>`
    }
    <p>
      <label>
        ${t("session.progress", { percent: percent(now.progressPercent) })}
        <progress max="100" value=${now.progressPercent}></progress>
      </label>
    </p>
    <div class="tiles">
      <${Tile} label=${t("session.delivered")}>${kWh(now.deliveredWh)}<//>
      <${Tile} label=${t("session.promised")}>${now.promisedWh ? kWh(now.promisedWh) : "–"}<//>
      <${Tile} label=${t("session.power")}>${kW(now.livePowerW)}<//>
      <${Tile} label=${t("session.planned")}>${kW(running ? now.powerW : 0)}<//>
      <${Tile} label=${t("session.left")}>${running ? span(now.departureSeconds - Date.now() / 1000) : "–"}<//>
      <${Tile} label=${t("session.cost")}>${euro(now.chargedMicroEuro)}<//>
      <${Tile} label=${t("session.green")}>${percent(now.greenPercent)}<//>
    </div>
    ${why && html`<p id="why">${t("session.why")} ${why}</p>`}
    ${
      steps.length > 0 &&
      html`<${PowerChart}
        label=${t("session.chart")}
        startSeconds=${plan.startSeconds}
        stepSeconds=${network.timestepSeconds}
        series=${[{ label: t("ask.planned"), powerW: steps }]}
      />`
    }
    ${failure && html`<${Failure} error=${failure} />`}
    <p class="row">
      ${
        running &&
        html`<button onClick=${end} disabled=${ending}>
          ${ending ? t("session.ending") : now.status === "REQUESTED" ? t("session.withdraw") : t("session.end")}
        </button>`
      }
      <a class="button" href=${`#/receipt/${now.session}`}>${t("session.receipt")}</a>
    </p>
  `;
}
