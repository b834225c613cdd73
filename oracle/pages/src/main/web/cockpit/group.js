import { get } from "../common/api.js";
import { PowerChart } from "../common/chart.js";
import { count, kW, kWh, percent, span } from "../common/format.js";
import { Heading, html, Reading, Tile, useAgain, useRead, useRef, useState } from "../common/parts.js";
import { t } from "../common/words.js";
import { carsW, csv, isAtRisk, isOver, netW, POLICIES } from "./load.js";
import { WhatIf } from "./whatif.js";

/** A day back, and what is planned of the next six hours. */
const BACK = 96;
const AHEAD = 24;

/** One group: its day, its charge points, and how to change what it may take. */
export function Group({ group, events }) {
  const read = useRead(async () => {
    const [network, timestep, { groups }] = await Promise.all([
      get("/network"),
      get("/timesteps/current"),
      get(`/groups?from=${group}&count=1`),
    ]);
    const from = Math.max(network.firstTimestep, timestep.timestep - BACK);
    const [day, points] = await Promise.all([
      get(`/groups/${group}/timesteps?fromTimestep=${from}&count=${timestep.timestep + AHEAD - from}`),
      get(`/charge-points?group=${group}&count=200`),
    ]);
    const plan = await get(`/timesteps/${timestep.timestep}/plans/${group}`).catch(() => null);
    const open = points.chargePoints.filter((p) => p.session !== null);
    const sessions = await Promise.all(open.map((p) => get(`/sessions/${p.session}`).catch(() => null)));
    const bySession = new Map(sessions.filter((s) => s).map((s) => [s.session, s]));
    return { network, timestep, group: groups[0], day, points: points.chargePoints, plan, bySession };
  }, [group]);
  useAgain(events, ["timestep", "plan", "reset"], read.again);
  return html`
    <p><a href="#/">← ${t("cockpit.back")}</a></p>
    <${Heading}>${t("cockpit.group", { group })}<//>
    <${Reading} of=${read}>
      ${
        read.data &&
        html`<${Day} ...${read.data} /><${WhatIf} ...${read.data} /><${Points} ...${read.data} /><${Change} group=${read.data.group} />`
      }
    <//>
  `;
}

/** What the plan of the running timestep says of one that is ahead; null when it says nothing. */
function plannedW(step, plan) {
  const index = plan ? step.timestep - plan.timestep : -1;
  return index >= 0 && index < plan.powerW.length ? plan.powerW[index] : step.setpointW;
}

function Day({ network, day, plan, group }) {
  const place = useRef(null);
  const perHour = network.stepsPerHour;
  const steps = day.timesteps;
  const measured = steps.filter((step) => step.energyWh !== null);
  const energyWh = measured.reduce((sum, step) => sum + step.energyWh, 0);
  const greenWh = measured.reduce((sum, step) => sum + step.greenWh, 0);
  const over = measured.filter((step) => isOver(step, perHour)).length;
  const finals = steps.filter((step) => step.outcome === "FINAL").length;
  const begun = steps.filter((step) => step.timestep <= day.timestep).length;
  const saveCsv = () => saveText(`group-${group.group}.csv`, csv(group.group, steps));
  const savePng = () => save(`group-${group.group}.png`, place.current.querySelector("canvas").toDataURL("image/png"));
  return html`
    <div class="tiles">
      <${Tile} label=${t("cockpit.peak")}>${kW(Math.max(0, ...measured.map((step) => netW(step, perHour))))}<//>
      <${Tile} label=${t("cockpit.change.limit")}>${kW(group.limitW)}<//>
      <${Tile} label=${t("cockpit.energy")}>${kWh(energyWh)}<//>
      <${Tile} label=${t("cockpit.green")}>${energyWh > 0 ? percent((100 * greenWh) / energyWh) : "–"}<//>
      <${Tile} label=${t("cockpit.over")} kind=${over ? "bad" : "good"}>${count(over)}<//>
      <${Tile} label=${t("cockpit.final")}>${t("cockpit.of", { load: Math.min(finals, begun), limit: begun })}<//>
      <${Tile} label=${t("cockpit.policy")}
        ><span class="words"
          >${
            group.policy === "LEARNED"
              ? t("cockpit.pace.peak", { peak: percent(group.peakPercent) })
              : t(`cockpit.policy.${group.policy}`, { percent: percent(group.policyPercent) })
          }</span
        ><//
      >
      <${Tile} label=${t("cockpit.pace")}><span class="words">${paceWords(group)}</span><//>
    </div>
    ${
      steps.length > 0 &&
      html`<div ref=${place}>
          <${PowerChart}
            label=${t("cockpit.chart", { group: group.group })}
            startSeconds=${steps[0].startSeconds}
            stepSeconds=${network.timestepSeconds}
            series=${[
              { label: t("cockpit.series.cars"), powerW: steps.map((step) => carsW(step, perHour)) },
              { label: t("cockpit.series.limit"), powerW: steps.map((step) => step.limitW), line: true },
              { label: t("cockpit.series.planned"), powerW: steps.map((step) => plannedW(step, plan)), line: true },
              { label: t("cockpit.series.net"), powerW: steps.map((step) => netW(step, perHour)), line: true },
            ]}
          />
        </div>
        <p class="row unprinted">
          <button onClick=${saveCsv}>${t("cockpit.csv")}</button>
          <button onClick=${savePng}>${t("cockpit.png")}</button>
        </p>`
    }
  `;
}

function Points({ points, bySession, network }) {
  return html`<h2>${t("cockpit.table")}</h2>
    <div class="wide" tabindex="0">
      <table>
        <thead>
          <tr>
            <th>${t("cockpit.point")}</th>
            <th>${t("cockpit.state")}</th>
            <th>${t("cockpit.setpoint")}</th>
            <th class="right">${t("cockpit.session")}</th>
            <th>${t("cockpit.promise")}</th>
            <th class="right">${t("cockpit.left")}</th>
          </tr>
        </thead>
        <tbody>
          ${points.map((p) => html`<${Point} key=${p.chargePoint} point=${p} session=${bySession.get(p.session)} network=${network} />`)}
        </tbody>
      </table>
    </div>`;
}

function Point({ point, session, network }) {
  const leftSeconds = session ? session.timestepsLeft * network.timestepSeconds : 0;
  const risk = session && isAtRisk(session, point.ratedPowerW, network.stepsPerHour);
  return html`<tr>
    <td>${point.evseId}<br /><small>${point.operatorName}</small></td>
    <td>${t(`cockpit.evse.${point.status}`)}</td>
    <td>
      <label class="small">
        ${t("cockpit.of", { load: kW(point.setpointW ?? 0), limit: kW(point.ratedPowerW) })}
        <meter min="0" max=${point.ratedPowerW} value=${point.setpointW ?? 0}></meter>
      </label>
    </td>
    <td class="right">${session ? session.session : "–"}</td>
    <td>
      ${
        session
          ? html`${t("cockpit.of", { load: kWh(session.deliveredWh), limit: kWh(session.promisedWh || session.wantedWh) })}
            ${
              risk &&
              html`<br /><span class="bad">
                  ${t("cockpit.risk", { missing: kWh(session.promisedWh - session.deliveredWh), left: span(leftSeconds) })}
                </span>`
            }`
          : "–"
      }
    </td>
    <td class="right">${session ? span(leftSeconds) : "–"}</td>
  </tr>`;
}

/** How much sooner people leave than they say, as plans would have to charge for it. */
function paceWords(group) {
  const stays = count(group.paceStays);
  if (group.paceStays === 0) return "–";
  return group.pacePercent > 100 ? t("cockpit.pace.some", { pace: percent(group.pacePercent), stays }) : t("cockpit.pace.none", { stays });
}

/** Has the browser save something as a file. */
function save(name, url) {
  Object.assign(document.createElement("a"), { download: name, href: url }).click();
}

function saveText(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  save(name, url);
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}

/** The file that changes a group, and the command that sends it. */
function Change({ group }) {
  const [limitKW, setLimitKW] = useState(String(group.limitW / 1000));
  const [policy, setPolicy] = useState("");
  const limitW = Math.round(Number(limitKW) * 1000);
  const fits = limitKW.trim() !== "" && limitW > 0 && limitW <= group.capacityW;
  const name = `group-${group.group}-change.csv`;
  const file = [
    "type,group,group_id,capacity_w,other_equipment_max_w,limit_w,policy",
    `group,G${group.group},${group.group},${group.capacityW},${group.otherEquipmentMaxW},${limitW},${policy}`,
    "",
  ].join("\n");
  return html`<details class="card unprinted">
    <summary>${t("cockpit.change")}</summary>
    <p>${t("cockpit.change.explain")}</p>
    <div class="row">
      <label>
        ${t("cockpit.change.limit")} (kW)${" "}
        <input
          type="number"
          min="0.001"
          max=${group.capacityW / 1000}
          step="any"
          value=${limitKW}
          onInput=${(e) => setLimitKW(e.target.value)}
        />
      </label>
      <label>
        ${t("cockpit.policy")}${" "}
        <select value=${policy} onChange=${(e) => setPolicy(e.target.value)}>
          <option value="">–</option>
          ${POLICIES.map((each) => html`<option value=${each}>${each}</option>`)}
        </select>
      </label>
      <button disabled=${!fits} onClick=${() => saveText(name, file)}>${t("cockpit.change.save")}</button>
      <span class="quiet">${fits && t("cockpit.change.now", { now: kW(group.limitW), then: kW(limitW) })}</span>
    </div>
    ${
      fits &&
      html`<pre tabindex="0">${file}</pre>
        <pre tabindex="0">scripts/chargeproof assets import ${name} --dry-run --rpc URL --contract 0x... --key owner.json</pre>`
    }
  </details>`;
}
