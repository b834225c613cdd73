// Power over time, as a picture and as a table.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { clock, kW } from "./format.js";
import { html, useEffect, useRef } from "./parts.js";
import { language, t } from "./words.js";

const HEIGHT_PX = 200;
/** A time takes as much room, and is told to the minute. */
const TICK_PX = 80;
const TICKS_SECONDS = [60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400];

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/**
 * Steps of power.
 *
 * @param label what the picture shows, in a sentence
 * @param startSeconds of the first step, stepSeconds of each
 * @param series of { label, powerW: one number or null for each step, line: drawn as a line and not as an area; its dashes when it has some }
 */
export function PowerChart({ label, startSeconds, stepSeconds, series }) {
  const place = useRef(null);
  const shown = JSON.stringify([startSeconds, stepSeconds, series, document.documentElement.dataset.theme]);
  useEffect(() => {
    const box = place.current;
    const steps = Math.max(...series.map((each) => each.powerW.length));
    // one more, so that the last step has its width
    const x = Array.from({ length: steps + 1 }, (_, i) => startSeconds + i * stepSeconds);
    const value = (each, i) => each.powerW[Math.min(i, steps - 1)] ?? null;
    const inKW = (w) => (w === null ? null : w / 1000);
    const data = [x, ...series.map((each) => x.map((_, i) => inKW(value(each, i))))];
    const axis = { stroke: color("--quiet"), grid: { stroke: color("--line"), width: 1 }, ticks: { stroke: color("--line") } };
    const plot = new uPlot(
      {
        width: box.clientWidth,
        height: HEIGHT_PX,
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.08)] } },
        axes: [
          { ...axis, space: TICK_PX, incrs: TICKS_SECONDS, values: (_, ticks) => ticks.map((s) => clock(s)) },
          { ...axis, size: 64, values: (_, ticks) => ticks.map((v) => `${v.toLocaleString(language())} kW`) },
        ],
        series: [
          {},
          ...series.map((each, i) => ({
            stroke: color(`--series-${i + 1}`),
            width: 2,
            dash: each.line === true ? [6, 4] : each.line,
            fill: each.line ? undefined : `${color(`--series-${i + 1}`)}40`,
            paths: uPlot.paths.stepped({ align: 1 }),
            points: { show: false },
          })),
        ],
      },
      data,
      box,
    );
    const resized = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: HEIGHT_PX }));
    resized.observe(box);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [shown]);
  return html`<figure class="chart">
    <figcaption class="label" aria-hidden="true">${label}</figcaption>
    <div ref=${place} role="img" aria-label=${label}></div>
    <ul class="legend">
      ${series.map((each, i) => html`<li><span class=${`swatch series-${i + 1}`}></span>${each.label}</li>`)}
    </ul>
    <details class="unprinted">
      <summary>${t("chart.table")}</summary>
      <div class="wide" tabindex="0">
        <table>
          <thead>
            <tr>
              <th>${t("chart.time")}</th>
              ${series.map((each) => html`<th class="right">${each.label}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${series[0].powerW.map(
              (_, i) =>
                html`<tr>
                  <td>${clock(startSeconds + i * stepSeconds)}</td>
                  ${series.map((each) => html`<td class="right">${each.powerW[i] == null ? "–" : kW(each.powerW[i])}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>
  </figure>`;
}
