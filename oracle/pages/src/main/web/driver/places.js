import { chargePoints, get, key } from "../common/api.js";
import { dateAndClock, euro, kW, kWh, price, tokens } from "../common/format.js";
import { ForgetKey, Heading, html, KeyForm, Reading, useAgain, useRead, useState } from "../common/parts.js";
import { t } from "../common/words.js";
import { PlaceMap } from "./map.js";

/** More would be slow to draw; who has more searches. */
const MOST_READ = 2_000;
const MOST_SHOWN = 200;

const orders = {
  name: (a, b) => a.evseId.localeCompare(b.evseId),
  price: (a, b) => a.pricePerKWhE4 * (1e4 + a.vatE4) - b.pricePerKWhE4 * (1e4 + b.vatE4) || orders.name(a, b),
  power: (a, b) => b.ratedPowerW - a.ratedPowerW || orders.name(a, b),
};

/** All charge points, on a map and in a list, and what the driver has. */
export function Places({ events }) {
  const read = useRead(() => chargePoints(MOST_READ), []);
  const [search, setSearch] = useState("");
  const [freeOnly, setFreeOnly] = useState(true);
  const [order, setOrder] = useState("name");
  useAgain(events, ["timestep", "session", "reset", "online"], read.again);
  const all = read.data?.chargePoints ?? [];
  const words = search.toLowerCase();
  const fitting = all
    .filter((p) => (!freeOnly || p.available) && `${p.evseId} ${p.operatorName}`.toLowerCase().includes(words))
    .sort(orders[order]);
  const shown = fitting.slice(0, MOST_SHOWN);
  return html`
    <${Heading}>${t("places.title")}<//>
    <${Mine} events=${events} />
    <${Reading} of=${read} empty=${read.data && all.length === 0 && html`<p class="notice">${t("places.empty")}</p>`}>
      <form class="row" role="search" onSubmit=${(e) => e.preventDefault()}>
        <label>${t("places.search")} <input type="search" value=${search} onInput=${(e) => setSearch(e.target.value)} /></label>
        <label><input type="checkbox" checked=${freeOnly} onChange=${(e) => setFreeOnly(e.target.checked)} /> ${t("places.free")}</label>
        <label>
          ${t("places.sort")}${" "}
          <select value=${order} onChange=${(e) => setOrder(e.target.value)}>
            ${Object.keys(orders).map((name) => html`<option value=${name}>${t(`places.sort.${name}`)}</option>`)}
          </select>
        </label>
      </form>
      <${PlaceMap} points=${fitting} onChoose=${(points) => (points.length === 1 ? open(points[0]) : setSearch(prefix(points)))} />
      <p class="quiet" role="status">${t("places.shown", { shown: fitting.length, total: read.data?.total ?? all.length })}</p>
      ${fitting.length === 0 && html`<p class="notice">${t("places.none")}</p>`}
      <ul class="places">
        ${shown.map((p) => html`<${Row} key=${p.chargePoint} point=${p} />`)}
      </ul>
      ${fitting.length > MOST_SHOWN && html`<p class="quiet">${t("places.more", { count: MOST_SHOWN })}</p>`}
    <//>
  `;
}

function open(point) {
  location.hash = `#/point/${point.chargePoint}`;
}

/** What the ids of charge points at one place begin with. */
function prefix(points) {
  let common = points[0].evseId;
  for (const { evseId } of points) while (!evseId.startsWith(common)) common = common.slice(0, -1);
  return common;
}

export function status(point) {
  return point.status === "OUTOFORDER" ? "out" : point.available ? "free" : "taken";
}

function Row({ point }) {
  const state = status(point);
  return html`<li>
    <a href=${`#/point/${point.chargePoint}`}>
      <span class="id">${point.evseId}</span>
      <span class=${`badge ${state === "free" ? "good" : "quiet"}`}>${t(`place.${state}`)}</span>
      <span>${kW(point.ratedPowerW)}</span>
      <span>${price(point.pricePerKWhE4, point.vatE4)}</span>
      <span class="quiet">${point.operatorName}</span>
    </a>
  </li>`;
}

/** The driver's sessions and what the wallet has. */
function Mine({ events }) {
  const has = key() !== "";
  const read = useRead(async () => {
    if (!has) return null;
    const [me, sessions, wallet] = await Promise.all([get("/me"), get("/me/sessions"), get("/me/wallet")]);
    return { me, sessions: sessions.sessions, wallet };
  }, [has]);
  useAgain(events, ["timestep", "session", "reset"], read.again);
  if (!has) {
    return html`<details class="card">
      <summary>${t("mine.title")}</summary>
      <${KeyForm} />
    </details>`;
  }
  return html`<section class="card" aria-labelledby="mine">
    <div class="row">
      <h2 id="mine">${t("mine.title")}</h2>
      <span class="grow"></span><${ForgetKey} />
    </div>
    <${Reading} of=${read}>
      ${
        read.data &&
        html`<p class="quiet">
            ${read.data.me.name} ·${" "}
            ${t("mine.cap", { spent: euro(read.data.me.spentMicroEuro), cap: euro(read.data.me.capMicroEuro), days: read.data.me.capDays })}
            ${" "}· ${t("mine.tokens", { tokens: tokens(read.data.wallet.tokens) })}
          </p>
          ${read.data.sessions.length === 0 && html`<p>${t("mine.none")}</p>`}
          <ul class="places">
            ${read.data.sessions.slice(0, 10).map((s) => html`<${MyRow} key=${s.request} session=${s} />`)}
          </ul>`
      }
    <//>
  </section>`;
}

const OVER = new Set(["ENDED", "REFUSED"]);

function MyRow({ session }) {
  const inside = html`
    <span class="id">${session.session === null ? "…" : t("session.title", { session: session.session })}</span>
    <span class="badge">${session.status ? t(`session.status.${session.status}`) : t(`mine.state.${session.state}`)}</span>
    <span>${kWh(session.energyWh)}</span>
    <span>${session.chargedMicroEuro === null ? "" : euro(session.chargedMicroEuro)}</span>
    <span class="quiet">${dateAndClock(session.requestedSeconds)}</span>
  `;
  if (session.session === null || session.status === null) return html`<li><span class="line">${inside}</span></li>`;
  const page = OVER.has(session.status) || session.state === "CLOSED" ? "receipt" : "session";
  return html`<li><a href=${`#/${page}/${session.session}`}>${inside}</a></li>`;
}
