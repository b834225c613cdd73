// Numbers with their units, in the page's language.
import { language } from "./words.js";

const formats = new Map();

function number(value, digits) {
  const id = `${language()} ${digits}`;
  if (!formats.has(id)) {
    formats.set(id, new Intl.NumberFormat(language(), { minimumFractionDigits: digits, maximumFractionDigits: digits }));
  }
  return formats.get(id).format(value);
}

export const kWh = (wh) => `${number(wh / 1000, 2)}\u00a0kWh`;
export const kW = (w) => `${number(w / 1000, 1)}\u00a0kW`;
export const oneDigit = (value) => number(value, 1);
export const percent = (value) => `${number(value, 0)}\u00a0%`;
export const count = (value) => number(value, 0);
/** Of millionths of a euro. */
export const euro = (microEuro) => `${number(microEuro / 1e6, 2)}\u00a0€`;
/** Of a price in ten-thousandths of a euro for each kWh. */
export const price = (perKWhE4, vatE4) => `${number((perKWhE4 / 1e4) * (1 + vatE4 / 1e4), 3)}\u00a0€/kWh`;
/** Amounts to the last digit that bills have, so that sums can be followed. */
export const exactEuro = (microEuro) => `${number(microEuro / 1e6, 6)}\u00a0€`;
export const exactKWh = (wh) => `${number(wh / 1000, 3)}\u00a0kWh`;
export const exactPrice = (perKWhE4) => `${number(perKWhE4 / 1e4, 4)}\u00a0€/kWh`;
export const exactPercent = (value) => `${number(value, 2)}\u00a0%`;
/** Of flexibility tokens in millionths. */
export const tokens = (millionths) => number(millionths / 1e6, 2);

export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString(language(), { hour: "2-digit", minute: "2-digit" });
}

export function clockSeconds(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString(language());
}

export function dateAndClock(seconds) {
  return new Date(seconds * 1000).toLocaleString(language(), { dateStyle: "medium", timeStyle: "short" });
}

/** A span of time in words short enough for a tile. */
export function span(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 120) return `${s} s`;
  const minutes = Math.round(s / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The first and last digits of a hash or address. */
export const short = (hex) => (hex.length > 14 ? `${hex.slice(0, 8)}…${hex.slice(-4)}` : hex);
