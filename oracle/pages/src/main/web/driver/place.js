import encodeQR from "qr";
import { ApiError, get, key, post, rpc } from "../common/api.js";
import { PowerChart } from "../common/chart.js";
import { clock, euro, kW, kWh, percent, price, span } from "../common/format.js";
import { Failure, Heading, html, KeyForm, Reading, Tile, useAgain, useEffect, useRead, useRef, useState } from "../common/parts.js";
import { t } from "../common/words.js";
import { status } from "./places.js";

const QUOTE_PAUSE_MILLIS = 300;
const MOST_STEPS = 64;

/** One charge point: what it is, and a form with a live quote. */
export function Place({ id, events }) {
  const read = useRead(async () => {
    const [point, timestep, network] = await Promise.all([
      get(`/charge-points/${encodeURIComponent(id)}`),
      get("/timesteps/current"),
      get("/network"),
    ]);
    const green = await rpc("greenShare", timestep.timestep - 4, timestep.timestep, { group: point.group }).catch(() => null);
    return { point, timestep, network, green };
  }, [id]);
  const number = read.data?.point.chargePoint;
  useAgain(events, ["timestep", "session", "reset"], read.again, (name, data) => name !== "session" || data.chargePoint === number);
  const data = read.data;
  return html`
    <p><a href="#/">← ${t("place.back")}</a></p>
    <${Reading} of=${read}>
      ${
        data &&
        html`<${Heading}>${data.point.evseId}<//>
          <p class="quiet">${t("place.number", { number: data.point.chargePoint })}</p>
          <${About} ...${data} />
          ${
            data.point.available
              ? html`<${Ask} point=${data.point} timestep=${data.timestep} network=${data.network} />`
              : html`<p class="notice">${t("ask.taken")}</p>`
          }
          <${Code} />`
      }
    <//>
  `;
}

function About({ point, green }) {
  return html`<div class="tiles">
    <${Tile} label=${point.operatorName}>${t(`place.${status(point)}`)}<//>
    <${Tile} label=${t("place.power")}>${kW(point.ratedPowerW)}<//>
    <${Tile} label=${t("place.price")}>${price(point.pricePerKWhE4, point.vatE4)}<//>
    <${Tile} label=${t("place.green")}>${green && green.meteredWh > 0 ? percent(green.greenPercent) : "–"}<//>
  </div>`;
}

/** How much and until when, and what that would bring. */
function Ask({ point, timestep, network }) {
  const step = network.timestepSeconds;
  // energy is of quarter hours, whatever a timestep takes here
  const fullWh = Math.floor(point.ratedPowerW / network.stepsPerHour);
  const [energyWh, setEnergyWh] = useState(Math.min(10_000, fullWh * 8));
  const [steps, setSteps] = useState(12);
  const [joins, setJoins] = useState(true);
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState(null);
  // 0: the end of the running timestep
  const departure = timestep.startSeconds + (1 + steps) * step;
  const staySeconds = departure - timestep.blockTimestampSeconds;
  const quote = useQuote({ chargePoint: point.chargePoint, energyWh, departure, joins });
  const send = async (wh, until) => {
    setSending(true);
    setFailure(null);
    try {
      const sent = await post("/me/requests", { chargePoint: point.chargePoint, energyWh: wh, departure: until, joins });
      location.hash = sent.session === null ? "#/" : `#/session/${sent.session}`;
    } catch (problem) {
      setFailure(problem);
      setSending(false);
    }
  };
  return html`<section class="card" aria-labelledby="ask">
    <h2 id="ask">${t("ask.title")}</h2>
    <div class="columns">
      <div>
        <p>
          <label for="energy">${t("ask.energy")}</label>: <strong>${kWh(energyWh)}</strong>
          <input
            id="energy"
            type="range"
            min="500"
            max=${Math.max(1000, Math.floor((fullWh * MOST_STEPS) / 500) * 500)}
            step="500"
            value=${energyWh}
            aria-valuetext=${kWh(energyWh)}
            onInput=${(e) => setEnergyWh(Number(e.target.value))}
          />
        </p>
        <p>
          <label for="departure">${t("ask.departure")}</label>: <strong>${clock(departure)}</strong> (${span(staySeconds)})
          <input
            id="departure"
            type="range"
            min="0"
            max=${MOST_STEPS}
            value=${steps}
            aria-valuetext=${`${clock(departure)}, ${span(staySeconds)}`}
            onInput=${(e) => setSteps(Number(e.target.value))}
          />
        </p>
        <p>
          <label><input type="checkbox" checked=${joins} onChange=${(e) => setJoins(e.target.checked)} /> ${t("ask.joins")}</label>
        </p>
      </div>
      <div id="quote">
        <${Quote} quote=${quote} step=${step} network=${network} take=${send} sending=${sending} />
      </div>
    </div>
    ${failure && html`<${Failure} error=${failure} />`}
    ${
      key() === ""
        ? html`<${KeyForm} />`
        : html`<p class="row">
            <button class="main" disabled=${sending || !quote.data} onClick=${() => send(energyWh, departure)}>
              ${t("ask.send", { energy: kWh(energyWh) })}
            </button>
            <small>${sending ? t("ask.sending") : quote.data?.interimOnly ? t("ask.open") : t("ask.binding")}</small>
          </p>`
    }
  </section>`;
}

/** The answer to what is asked now, some time after it was last changed. */
function useQuote(request) {
  const [quote, setQuote] = useState({ of: "", data: null, error: null });
  const newest = useRef(0);
  const wanted = JSON.stringify(request);
  useEffect(() => {
    if (key() === "") return undefined;
    const mine = ++newest.current;
    const timer = setTimeout(async () => {
      try {
        const data = await post("/quotes", JSON.parse(wanted));
        if (mine === newest.current) setQuote({ of: wanted, data, error: null });
      } catch (error) {
        if (mine === newest.current) setQuote({ of: wanted, data: null, error });
      }
    }, QUOTE_PAUSE_MILLIS);
    return () => clearTimeout(timer);
  }, [wanted]);
  // what was answered to something else counts no more
  return quote.of === wanted ? quote : { data: null, error: null };
}

function Quote({ quote, step, take, sending }) {
  if (key() === "") return null;
  if (quote.error instanceof ApiError) return html`<${Failure} error=${quote.error} />`;
  if (!quote.data) return html`<p class="quiet">${t("ask.wait")}</p>`;
  const q = quote.data;
  if (q.interimOnly) return html`<p class="notice" role="status"><strong>${t("ask.interim")}</strong></p>`;
  const startSeconds = q.departureSeconds - (q.departureTimestep - q.firstTimestep) * step;
  return html`<h3>${t("ask.quote")}</h3>
    ${
      q.accepted
        ? html`<p class="good" role="status">
            <strong
              >${t("ask.accepted", { energy: kWh(q.energyWh), done: clock(q.doneSeconds ?? q.departureSeconds), cost: euro(q.costMicroEuro) })}</strong
            >
          </p>`
        : html`<p class="warn" role="status"><strong>${t("ask.refused")}</strong></p>
            ${
              q.offer &&
              q.offer.energyWh > 0 &&
              html`<p class="row">
                ${t("ask.offer", { energy: kWh(q.offer.energyWh), departure: clock(q.departureSeconds) })}
                <button disabled=${sending} onClick=${() => take(q.offer.energyWh, q.departureSeconds)}>${t("ask.take")}</button>
              </p>`
            }`
    }
    ${
      q.powerW.length > 0 &&
      html`<${PowerChart}
        label=${t("ask.chart")}
        startSeconds=${startSeconds}
        stepSeconds=${step}
        series=${[{ label: t("ask.planned"), powerW: q.powerW }]}
      />`
    }`;
}

/** This place's address as a QR code, to be printed and put on the charge point. */
function Code() {
  const address = location.href.split("#")[0] + location.hash;
  const rows = encodeQR(address, "raw");
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return html`<details class="card">
    <summary>${t("place.qr")}</summary>
    <svg class="qr" viewBox="0 0 ${rows.length} ${rows.length}" role="img" aria-label=${address}>
      <rect width="100%" height="100%" fill="#fff" />
      <path d=${path} fill="#000" />
    </svg>
    <p><code>${address}</code></p>
  </details>`;
}
