// What somebody asks a what-if for, and what it comes to by timestep.

/** As the API takes them. */
export const MOST_W = 67_108_864;

/**
 * What is typed, as an address; `problem` is the name of the field that cannot be asked so, null when all can.
 *
 * @param fields texts: limitKW (empty for what it was), policy (empty for the group's own), batteryKWh and batteryKW
 */
export function whatIfPath(group, fields) {
  const limitW = milli(fields.limitKW);
  const batteryWh = milli(fields.batteryKWh) ?? 0;
  const batteryW = milli(fields.batteryKW) ?? 0;
  const fits = (value, least) => Number.isInteger(value) && value >= least && value <= MOST_W;
  const problem =
    limitW !== null && !fits(limitW, 1)
      ? "limitKW"
      : !fits(batteryWh, 0)
        ? "batteryKWh"
        : !fits(batteryW, 0) || batteryWh > 0 !== batteryW > 0
          ? "batteryKW"
          : null;
  if (problem) return { path: null, problem };
  const query = new URLSearchParams();
  if (limitW !== null) query.set("limitW", limitW);
  if (fields.policy) query.set("policy", fields.policy);
  if (batteryWh > 0) {
    query.set("batteryWh", batteryWh);
    query.set("batteryW", batteryW);
  }
  const text = query.toString();
  return { path: `/groups/${group}/what-if${text && `?${text}`}`, problem: null };
}

/** Thousandths of a number; null for an empty text, NaN for none. */
function milli(text) {
  return text.trim() === "" ? null : Math.round(Number(text) * 1000);
}

/** Load of the group from the grid in W, by timestep: what was measured (null where nothing was), under the setting, and without control. */
export function loads(steps, stepsPerHour) {
  const grid = (step, carsWh) => (carsWh === null ? null : (carsWh + (step.loadWh ?? 0) - (step.pvWh ?? 0)) * stepsPerHour);
  return {
    measured: steps.map((step) => grid(step, step.measuredWh)),
    setting: steps.map((step) => grid(step, step.settingWh + step.batteryWh)),
    uncontrolled: steps.map((step) => grid(step, step.uncontrolledWh)),
    limit: steps.map((step) => step.settingLimitW),
  };
}

/** What a battery took and gave, in Wh. */
export function battery(steps) {
  const sum = (of) => steps.reduce((all, step) => all + of(step.batteryWh), 0);
  return { takenWh: sum((wh) => Math.max(0, wh)), givenWh: sum((wh) => Math.max(0, -wh)) };
}
