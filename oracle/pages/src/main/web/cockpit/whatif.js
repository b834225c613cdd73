import { get } from "../common/api.js";
import { PowerChart } from "../common/chart.js";
import { count, kW, kWh, oneDigit } from "../common/format.js";
import { Failure, html, useEffect, useState } from "../common/parts.js";
import { t } from "../common/words.js";
import { POLICIES } from "./load.js";
import { battery, loads, whatIfPath } from "./setting.js";

/** So long nothing was changed before it is asked: a slider passes many values. */
const STILL_MILLIS = 500;
const DOTS = [2, 3];
const LONG = [12, 4];
const NOTHING = { limitKW: "", policy: "", batteryKWh: "0", batteryKW: "0" };
const COLUMNS = ["measured", "setting", "asItWas", "uncontrolled"];

/** The answer to a path, as it was asked last; the one before stays while the next is computed. */
function useAnswer(path) {
  const [state, setState] = useState({ data: null, error: null, isBusy: false });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (path === null) return undefined;
    let isWanted = true;
    const take = (next) => isWanted && setState((old) => ({ ...old, isBusy: false, ...next }));
    setState((old) => ({ ...old, isBusy: true }));
    const timer = setTimeout(
      () =>
        get(path).then(
          (data) => take({ data, error: null }),
          (error) => take({ error }),
        ),
      STILL_MILLIS,
    );
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [path, tries]);
  return { ...state, again: () => setTries((n) => n + 1) };
}

/** The day of a group under another limit, another policy or with a battery. It is asked for when it is opened. */
export function WhatIf({ group, network }) {
  const [isOpen, setOpen] = useState(false);
  return html`<details class="card unprinted" onToggle=${(e) => setOpen(e.currentTarget.open)}>
    <summary>${t("cockpit.whatif")}</summary>
    ${isOpen && html`<${Asked} group=${group} network=${network} />`}
  </details>`;
}

function Asked({ group, network }) {
  const [fields, setFields] = useState(NOTHING);
  const { path, problem } = whatIfPath(group.group, fields);
  const answer = useAnswer(path);
  const set = (name) => (event) => {
    const { value } = event.target;
    setFields((old) => ({ ...old, [name]: value }));
  };
  const limitKW = fields.limitKW === "" ? group.limitW / 1000 : Number(fields.limitKW);
  const mostKW = Math.max(1, Math.ceil(group.capacityW / 500));
  const number = (name, label) => html`
    <label>
      ${label}${" "}
      <input
        type="number"
        min="0"
        step="any"
        value=${fields[name]}
        aria-invalid=${problem === name}
        aria-describedby=${problem === name ? "whatif-problem" : undefined}
        onInput=${set(name)}
      />
    </label>
  `;
  return html`
    <p>${t("cockpit.whatif.explain")}</p>
    <div class="setting">
      <label>
        ${t("cockpit.whatif.slide", { limit: kW(limitKW * 1000) })}
        <input
          type="range"
          min="1"
          max=${mostKW}
          step="0.5"
          value=${Math.min(mostKW, limitKW || 1)}
          aria-valuetext=${kW(limitKW * 1000)}
          onInput=${set("limitKW")}
        />
      </label>
      <div class="row">
        ${number("limitKW", t("cockpit.whatif.limit"))}
        <label>
          ${t("cockpit.policy")}${" "}
          <select value=${fields.policy} onChange=${set("policy")}>
            <option value="">${t("cockpit.whatif.own")}</option>
            ${POLICIES.map((each) => html`<option value=${each}>${policyWords(each)}</option>`)}
          </select>
        </label>
        ${number("batteryKWh", t("cockpit.whatif.battery"))} ${number("batteryKW", t("cockpit.whatif.power"))}
        <button onClick=${() => setFields(NOTHING)}>${t("cockpit.whatif.reset")}</button>
      </div>
    </div>
    ${group.otherEquipmentMaxW > 0 && html`<p class="quiet">${t("cockpit.whatif.other", { load: kW(group.otherEquipmentMaxW) })}</p>`}
    ${problem && html`<p class="bad" id="whatif-problem" role="alert">${t(`cockpit.whatif.bad.${problem}`)}</p>`}
    <p class="quiet" role="status">${answer.isBusy && !problem ? t("cockpit.whatif.busy") : ""}</p>
    ${answer.error && html`<${Failure} error=${answer.error} again=${answer.again} />`}
    ${
      answer.data &&
      (answer.data.sums === null
        ? html`<p class="notice">${t("cockpit.whatif.none")}</p>`
        : html`<${Answer} answer=${answer.data} network=${network} />`)
    }
  `;
}

/** A policy as its code has it, in words. */
function policyWords(code) {
  const [kind, percent] = code.split("=");
  const name = { flat: "FLAT", earliest: "EARLIEST", peak: "EARLIEST_TO_PEAK", green: "GREEN_BANDS", learned: "LEARNED" }[kind];
  return t(`cockpit.policy.${name}`, { percent: `${percent} %` });
}

function Answer({ answer, network }) {
  const steps = answer.timesteps;
  const of = loads(steps, network.stepsPerHour);
  const flow = battery(steps);
  return html`
    <${PowerChart}
      label=${t("cockpit.whatif.chart", { group: answer.group })}
      startSeconds=${steps[0].startSeconds}
      stepSeconds=${network.timestepSeconds}
      series=${[
        { label: t("cockpit.whatif.measured"), powerW: of.measured },
        { label: t("cockpit.whatif.setting"), powerW: of.setting, line: LONG },
        { label: t("cockpit.whatif.uncontrolled"), powerW: of.uncontrolled, line: DOTS },
        { label: t("cockpit.whatif.line"), powerW: of.limit, line: true },
      ]}
    />
    ${
      answer.setting.batteryWh > 0 &&
      html`<p>
        ${t(flow.takenWh > 0 ? "cockpit.whatif.flow" : "cockpit.whatif.idle", { taken: kWh(flow.takenWh), given: kWh(flow.givenWh) })}
      </p>`
    }
    <div class="wide" tabindex="0">
      <table class="sums">
        <caption class="label">
          ${t("cockpit.whatif.table", { count: count(steps.length) })}
        </caption>
        <thead>
          <tr>
            <td></td>
            ${COLUMNS.map((each) => html`<th scope="col" class="right">${t(`cockpit.whatif.${each}`)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${ROWS.map(
            ([name, shown]) =>
              html`<tr>
                <th scope="row">${t(`cockpit.whatif.sum.${name}`)}</th>
                ${COLUMNS.map((each) => html`<td class="right">${shown(answer.sums[each])}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <${Assumed} of=${answer.assumptions} />
  `;
}

const ROWS = [
  ["peak", (sums) => oneDigit(sums.peakW / 1000)],
  ["above", (sums) => count(sums.aboveLimit)],
  ["energy", (sums) => oneDigit(sums.energyWh / 1000)],
  ["green", (sums) => oneDigit(sums.greenWh / 1000)],
  ["undelivered", (sums) => oneDigit(sums.undeliveredWh / 1000)],
  ["refused", (sums) => `${count(sums.refused)}/${count(sums.requests)}`],
  ["kept", (sums) => `${count(sums.promisesKept)}/${count(sums.promises)}`],
];

/** What nobody measured, and how often it counts. */
function Assumed({ of }) {
  const told = Object.entries(of).filter(([, times]) => times > 0);
  return html`<details>
    <summary>${t("cockpit.whatif.assumed")}</summary>
    <p>${t("cockpit.whatif.unknown")}</p>
    <ul>
      ${told.map(([name, times]) => html`<li>${t(`cockpit.whatif.assumed.${name}`, { count: count(times) })}</li>`)}
    </ul>
  </details>`;
}
