// A map that needs no tiles: charge points at their places, north up, with a scale.
import { html } from "../common/parts.js";
import { language, t } from "../common/words.js";

const WIDTH = 640;
const HEIGHT = 260;
const EDGE = 18;
const METERS_PER_DEGREE = 111_320;
/** What is closer together than this many pixels is one mark. */
const APART = 16;

/** Charge points that would lie over each other, together. */
function cluster(points, place) {
  const marks = [];
  for (const point of points) {
    const [x, y] = place(point);
    const near = marks.find((mark) => Math.hypot(mark.x - x, mark.y - y) < APART);
    if (near) near.points.push(point);
    else marks.push({ x, y, points: [point] });
  }
  return marks;
}

/** @param onChoose told the charge points of a mark */
export function PlaceMap({ points, onChoose }) {
  if (points.length === 0) return null;
  const latitudes = points.map((p) => p.latitude);
  const longitudes = points.map((p) => p.longitude);
  const middle = (all) => (Math.min(...all) + Math.max(...all)) / 2;
  const [north, east] = [middle(latitudes), middle(longitudes)];
  const shrink = Math.cos((north * Math.PI) / 180);
  const spanX = Math.max(1e-4, (Math.max(...longitudes) - Math.min(...longitudes)) * shrink);
  const spanY = Math.max(1e-4, Math.max(...latitudes) - Math.min(...latitudes));
  const scale = Math.min((WIDTH - 2 * EDGE) / spanX, (HEIGHT - 2 * EDGE) / spanY);
  const place = (p) => [WIDTH / 2 + (p.longitude - east) * shrink * scale, HEIGHT / 2 - (p.latitude - north) * scale];
  const meters = niceBelow((WIDTH / 4 / scale) * METERS_PER_DEGREE);
  const bar = (meters / METERS_PER_DEGREE) * scale;
  return html`<svg class="map" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="group" aria-label=${t("places.map", { count: points.length })}>
    ${cluster(points, place).map((mark) => {
      const free = mark.points.filter((p) => p.available).length;
      const name = `${mark.points[0].evseId}${mark.points.length > 1 ? ` +${mark.points.length - 1}` : ""}: ${free} ${t("place.free")}`;
      const choose = () => onChoose(mark.points);
      return html`<g
        class=${free ? "free" : "taken"}
        role="button"
        tabindex="0"
        aria-label=${name}
        onClick=${choose}
        onKeyDown=${(e) => (e.key === "Enter" || e.key === " ") && (e.preventDefault(), choose())}
      >
        <title>${name}</title>
        <circle cx=${mark.x} cy=${mark.y} r=${mark.points.length > 1 ? 12 : 8} />
        ${mark.points.length > 1 && html`<text x=${mark.x} y=${mark.y + 4}>${free || mark.points.length}</text>`}
      </g>`;
    })}
    <g class="scale" aria-hidden="true">
      <line x1=${EDGE} x2=${EDGE + bar} y1=${HEIGHT - 8} y2=${HEIGHT - 8} />
      <text x=${EDGE + bar + 6} y=${HEIGHT - 4}>
        ${meters >= 1000 ? `${(meters / 1000).toLocaleString(language())} km` : `${meters} m`}
      </text>
    </g>
  </svg>`;
}

/** 1, 2 or 5 times a power of ten. */
function niceBelow(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [5, 2, 1].map((n) => n * power).find((n) => n <= value) ?? power;
}
