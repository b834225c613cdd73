// What timesteps of a group come to: power of energies, and which were too much.

/** Policies that pages offer, as files of assets and the API have them. */
export const POLICIES = [
  "learned=200",
  "flat",
  "earliest",
  "peak=100",
  "peak=150",
  "peak=200",
  "peak=300",
  "green=25",
  "green=50",
  "green=75",
];

/** Power of the cars alone, in W; null while no meter is in. */
export const carsW = (step, stepsPerHour) => (step.energyWh === null ? null : step.energyWh * stepsPerHour);

/** What the group took from the grid, in W: cars and other load, less PV; null while no meter is in. */
export function netW(step, stepsPerHour) {
  return step.energyWh === null ? null : (step.energyWh + (step.loadWh ?? 0) - (step.pvWh ?? 0)) * stepsPerHour;
}

/** Whether a timestep's load was above its limit. */
export function isOver(step, stepsPerHour) {
  const load = netW(step, stepsPerHour);
  return load !== null && step.limitW !== null && load > step.limitW;
}

/**
 * Whether a promise cannot be kept any more although the charge point gave all: what is missing, in Wh, takes longer than the stay.
 *
 * @param session as `/sessions/N` tells it
 */
export function isAtRisk(session, ratedPowerW, stepsPerHour) {
  const missingWh = (session.promisedWh ?? 0) - session.deliveredWh;
  return session.status === "ACCEPTED" && missingWh > 0 && missingWh > (ratedPowerW / stepsPerHour) * session.timestepsLeft;
}

/** A day of a group as CSV: one line for each timestep, empty where nothing is known. */
export function csv(group, steps) {
  const columns = [
    "timestep",
    "startSeconds",
    "outcome",
    "limitW",
    "setpointW",
    "energyWh",
    "meters",
    "greenWh",
    "loadWh",
    "pvWh",
    "expectedLoadWh",
    "reservedLoadWh",
    "expectedPvWh",
  ];
  const line = (step) => [group, ...columns.map((name) => step[name] ?? "")].join(",");
  return [["group", ...columns].join(","), ...steps.map(line)].join("\n") + "\n";
}
