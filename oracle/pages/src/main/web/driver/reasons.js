// Why a timestep's power was what it was, in words.
import { kW } from "../common/format.js";
import { t } from "../common/words.js";

/** A car that takes less than this part of what is allowed is slower than its charge point. */
const TAKEN = 0.9;

/**
 * The reason of each timestep of a receipt: what nobody planned (no final plan, a charge point that did not follow, a car that took less), then
 * the plan's own reason. Without that one, as much as the receipt says.
 */
export function reasons(receipt, isSettled, stepsPerHour) {
  let deliveredWh = 0;
  // until the bill is made, a reading of 0 that none follows may be one that is still to come
  const metered = receipt.timesteps.findLastIndex((each) => each.meteredWh > 0);
  return receipt.timesteps.map((each, i) => {
    const before = deliveredWh;
    deliveredWh += each.meteredWh ?? 0;
    if (each.source !== "PLAN") return each.source;
    if (each.applied === false) return "station";
    const pending = !isSettled && i > metered && each.setpointW > 0;
    if (!pending && tookLess(each, stepsPerHour)) return "less";
    if (each.why) return each.why.reason === "FULL" ? (each.curtailed ? "car" : "full") : each.why.reason;
    if (pending) return "pending";
    if (!each.curtailed) return "full";
    return receipt.promisedWh > 0 && before >= receipt.promisedWh ? "DONE" : "shared";
  });
}

function tookLess(each, stepsPerHour) {
  return each.setpointW > 0 && each.meteredWh != null && each.meteredWh * stepsPerHour < TAKEN * each.setpointW;
}

/** A plan's reason with its numbers, in a sentence; null when there is nothing to say beside the reason's name. */
export function told(why) {
  if (!why || why.reason === "FULL" || why.reason === "DONE") return null;
  return t(`receipt.told.${why.reason}`, {
    limit: kW(why.limitW),
    load: kW(Math.max(0, why.otherLoadW)),
    others: others(why),
  });
}

function others({ others, leaveEarlier }) {
  if (others === 0) return t("receipt.others.none");
  const who = others === 1 ? t("receipt.others.one") : t("receipt.others.many", { others });
  if (leaveEarlier === 0) return who;
  const when =
    others === 1
      ? t("receipt.earlier.it")
      : leaveEarlier === 1
        ? t("receipt.earlier.one")
        : t("receipt.earlier.many", { earlier: leaveEarlier });
  return `${who}, ${when}`;
}
