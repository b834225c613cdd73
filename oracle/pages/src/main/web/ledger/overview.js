import { get } from "../common/api.js";
import { clockSeconds, count, short, span } from "../common/format.js";
import { Heading, html, Reading, Tile, useAgain, useRead, useState, useTick } from "../common/parts.js";
import { t } from "../common/words.js";
import { Said, Votes } from "./verdict.js";

const ROWS = 25;

/** The newest timesteps, members and contracts. */
export function Overview({ events }) {
  // how many timesteps back the newest row is
  const [back, setBack] = useState(0);
  const read = useRead(async () => {
    const [network, status, timestep] = await Promise.all([get("/network"), get("/status"), get("/timesteps/current")]);
    const newest = timestep.timestep + 1 - back;
    const verdicts = await get(`/verdicts?fromTimestep=${Math.max(0, newest - ROWS + 1)}&count=${ROWS}`);
    return { network, status, timestep, verdicts: verdicts.filter((v) => v.timestep <= newest).reverse() };
  }, [back]);
  useAgain(events, ["timestep", "plan", "reset"], read.again);
  return html`
    <${Heading}>${t("ledger.title")}<//>
    <p class="quiet">${t("ledger.intro")}</p>
    <${Reading} of=${read}>
      ${
        read.data &&
        html`<${Now} ...${read.data} />
          <h2>${t("ledger.timesteps")}</h2>
          ${read.data.verdicts.length === 0 && html`<p class="notice">${t("ledger.none")}</p>`}
          <${Rows} ...${read.data} />
          <p class="row">
            <button onClick=${() => setBack(back + ROWS)}>← ${t("ledger.older")}</button>
            <button disabled=${back === 0} onClick=${() => setBack(Math.max(0, back - ROWS))}>${t("ledger.newer")} →</button>
          </p>
          <${Network} network=${read.data.network} />`
      }
    <//>
  `;
}

function Now({ status, timestep, network }) {
  useTick(1_000);
  const left = timestep.gateSeconds - Date.now() / 1000;
  return html`<div class="tiles">
    <${Tile} label=${t("ledger.now")}>${timestep.timestep}<//>
    <${Tile} label=${t("ledger.gate")}>${left > 0 ? t("ledger.gate.open", { span: span(left) }) : t("ledger.gate.closed")}<//>
    <${Tile} label=${t("ledger.block")}>${count(status.processedBlock)}<//>
    <${Tile} label=${t("ledger.match")} kind="good">${count(status.match)}<//>
    <${Tile} label=${t("ledger.mismatch")} kind=${status.mismatch ? "bad" : ""}>${count(status.mismatch)}<//>
    <${Tile} label=${t("ledger.members")}>${network.operators.length}<//>
    <${Tile} label=${t("ledger.groups")}>${count(network.groups)}<//>
    <${Tile} label=${t("ledger.points")}>${count(network.chargePoints)}<//>
  </div>`;
}

function Rows({ verdicts, network, timestep }) {
  return html`<div class="wide" tabindex="0">
    <table>
      <thead>
        <tr>
          <th>${t("ledger.now")}</th>
          <th>${t("ledger.time")}</th>
          <th>${t("ledger.outcome")}</th>
          <th>${t("ledger.posted")}</th>
          <th>${t("ledger.attested")}</th>
          <th>${t("ledger.verdict")}</th>
        </tr>
      </thead>
      <tbody>
        ${verdicts.map((v) => {
          const post = v.posts[v.finalCandidate ?? 0];
          return html`<tr key=${v.timestep}>
            <td><a href=${`#/timestep/${v.timestep}`}>${v.timestep}</a></td>
            <td>${clockSeconds(timestep.startSeconds + (v.timestep - timestep.timestep) * network.timestepSeconds)}</td>
            <td><${Said} kind="outcome" value=${v.outcome} /></td>
            <td>${post ? post.operatorName : "–"}</td>
            <td>${post ? html`<${Votes} members=${network.operators} attestations=${post.attestations} />` : "–"}</td>
            <td>${post ? html`<${Said} kind="verdict" value=${post.verdict} />` : "–"}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

function Network({ network }) {
  const contracts = ["contract", "assets", "charging", "plans", "algorithms"].map((name) => [name, network[name]]);
  if (network.market) {
    for (const name of ["euro", "flexibility", "settlement", "channels", "meters", "valuations"]) {
      contracts.push([name, network.market[name]]);
    }
  }
  return html`
    <h2>${t("ledger.members")}</h2>
    <div class="wide" tabindex="0">
      <table>
        <thead>
          <tr>
            <th>${t("ledger.member")}</th>
            <th>${t("ledger.account.oracle")}</th>
            <th>${t("ledger.account.meter")}</th>
            <th>${t("ledger.account.owner")}</th>
          </tr>
        </thead>
        <tbody>
          ${network.operators.map(
            (o) =>
              html`<tr>
                <td>${o.operator}. ${o.name}</td>
                ${["oracle", "meter", "owner"].map((role) => html`<td><code title=${o[role]}>${short(o[role])}</code></td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <div class="columns">
      <div>
        <h2>${t("ledger.contracts")}</h2>
        <dl class="lines">
          ${contracts.map(
            ([name, address]) =>
              html`<dt>${name}</dt>
                <dd><code>${address}</code></dd>`,
          )}
        </dl>
      </div>
      <div>
        <h2>${t("ledger.parameters")}</h2>
        <dl class="lines">
          <dt>protocol</dt>
          <dd>${network.protocol}, chain ${network.chainId}</dd>
          <dt>timestep</dt>
          <dd>${t("ledger.seconds", { s: network.timestepSeconds })}</dd>
          <dt>gate</dt>
          <dd>${t("ledger.seconds", { s: network.gateSeconds })}</dd>
          <dt>takeover</dt>
          <dd>${t("ledger.seconds", { s: network.takeoverSeconds })}</dd>
          <dt>quorum</dt>
          <dd>${t("ledger.quorum", { n: network.quorumNumerator, d: network.quorumDenominator })}</dd>
        </dl>
      </div>
    </div>
  `;
}
