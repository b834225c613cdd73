import { get } from "../common/api.js";
import { clock, count, kW } from "../common/format.js";
import { Heading, html, Reading, Tile, useAgain, useRead } from "../common/parts.js";
import { t } from "../common/words.js";
import { isOver, netW } from "./load.js";

/** For so many groups their newest timesteps are read; others are listed without. */
const MOST_LOADS = 100;
const LOOK_BACK = 8;
const DAY = 96;

/** What is wrong with this oracle, by its parts. */
async function askHealth() {
  try {
    return await (await fetch("/health")).json();
  } catch {
    return { problems: { health: t("cockpit.alarm.health") } };
  }
}

/** All groups with their newest load, and what needs somebody. */
export function Groups({ events }) {
  const read = useRead(async () => {
    const [network, { groups }, status, health, verdicts] = await Promise.all([
      get("/network"),
      get("/groups"),
      get("/status"),
      askHealth(),
      get("/timesteps/current").then((now) => get(`/verdicts?fromTimestep=${Math.max(0, now.timestep - DAY)}&count=${DAY}`)),
    ]);
    const loads = await Promise.all(groups.slice(0, MOST_LOADS).map((g) => get(`/groups/${g.group}/timesteps`).catch(() => null)));
    return { network, groups, status, health, verdicts, loads };
  }, []);
  return html`<${Listed} read=${read} events=${events} />`;
}

function Listed({ read, events }) {
  useAgain(events, ["timestep", "reset"], read.again);
  const data = read.data;
  return html`
    <${Heading}>${t("cockpit.title")}<//>
    <${Reading} of=${read} empty=${data && data.groups.length === 0 && html`<p class="notice">${t("cockpit.none")}</p>`}>
      ${data && html`<${Totals} ...${data} /><${Alarms} ...${data} /><${Cards} ...${data} />`}
    <//>
  `;
}

/** The newest timestep of a group whose meters are in. */
function newest(load) {
  return load?.timesteps.findLast((step) => step.energyWh !== null) ?? null;
}

function Totals({ network, groups, loads, verdicts }) {
  const cars = loads.reduce((sum, load) => sum + (newest(load)?.energyWh ?? 0) * network.stepsPerHour, 0);
  const limit = groups.reduce((sum, g) => sum + g.limitW, 0);
  return html`<div class="tiles">
    <${Tile} label=${t("cockpit.power")}>${kW(cars)}<//>
    <${Tile} label=${t("cockpit.limit")}>${kW(limit)}<//>
    <${Tile} label=${t("cockpit.final")}>${count(verdicts.filter((v) => v.outcome === "FINAL").length)}<//>
    <${Tile} label=${t("cockpit.fallbacks")}>${count(verdicts.filter((v) => v.outcome === "FALLBACK").length)}<//>
  </div>`;
}

function Alarms({ network, groups, loads, status, health, verdicts }) {
  const alarms = Object.values(health.problems ?? {});
  const unread = groups.length - loads.filter((load) => load !== null).length;
  if (unread > 0) alarms.push(t("cockpit.alarm.unread", { count: count(unread) }));
  if (status.mismatch > 0) alarms.push(t("cockpit.alarm.mismatch", { count: count(status.mismatch) }));
  for (const v of verdicts.slice(-LOOK_BACK)) {
    if (v.outcome === "FALLBACK") alarms.push(t("cockpit.alarm.fallback", { timestep: v.timestep }));
  }
  loads.forEach((load, i) => {
    for (const step of load?.timesteps.slice(-LOOK_BACK) ?? []) {
      if (!isOver(step, network.stepsPerHour)) continue;
      const said = {
        group: groups[i].group,
        load: kW(netW(step, network.stepsPerHour)),
        limit: kW(step.limitW),
        time: clock(step.startSeconds),
      };
      alarms.push(t("cockpit.alarm.over", said));
    }
  });
  return html`<section aria-labelledby="alarms">
    <h2 id="alarms">${t("cockpit.alarms")}</h2>
    ${
      alarms.length === 0
        ? html`<p class="good">✓ ${t("cockpit.quiet")}</p>`
        : html`<ul class="notice bad">
            ${alarms.map((alarm) => html`<li>${alarm}</li>`)}
          </ul>`
    }
  </section>`;
}

function Cards({ network, groups, loads }) {
  return html`<ul class="groups">
    ${groups.map((g, i) => {
      const step = newest(loads[i]);
      const load = step && netW(step, network.stepsPerHour);
      const limit = step?.limitW ?? g.limitW;
      return html`<li class="card" key=${g.group}>
        <h2><a href=${`#/group/${g.group}`}>${t("cockpit.group", { group: g.group })}</a></h2>
        <p class="quiet">${g.operatorName} · ${t("cockpit.points", { count: g.chargePoints.length, rated: kW(g.ratedPowerW) })}</p>
        <label>
          ${load === null ? t("cockpit.unmeasured") : t("cockpit.of", { load: kW(load), limit: kW(limit) })}
          <meter min="0" max=${Math.max(1, limit)} high=${limit * 0.95} value=${Math.max(0, load ?? 0)}></meter>
        </label>
      </li>`;
    })}
  </ul>`;
}
