import assert from "node:assert/strict";
import test from "node:test";

let language = "en";
globalThis.localStorage = { getItem: () => language, setItem: () => {} };
await import("../../main/web/driver/words.js");
const { reasons, told } = await import("../../main/web/driver/reasons.js");

const why = (reason, others = 4, leaveEarlier = 2) => ({
  reason,
  group: 1,
  limitW: 22_000,
  otherLoadW: 6_000,
  roomW: 16_000,
  groupW: 16_000,
  others,
  leaveEarlier,
});
const step = (more) => ({ setpointW: 4_000, source: "PLAN", curtailed: true, meteredWh: 1_000, applied: null, why: null, ...more });
const of = (timesteps, isSettled = true) => reasons({ promisedWh: 9_000, timesteps }, isSettled, 4);
const plain = (text) => text.replaceAll("\u00a0", " ");

test("the plan's reason is told, unless something else than the plan held the power back", () => {
  assert.deepEqual(
    of([
      step({ why: why("LIMIT") }),
      step({ why: why("LIMIT"), applied: true }),
      step({ why: why("LIMIT"), applied: false }),
      step({ why: why("EVEN"), meteredWh: 500 }),
      step({ why: why("FULL") }),
      step({ why: why("FULL"), curtailed: false }),
      step({ why: why("DONE"), setpointW: 0, meteredWh: 0 }),
      step({ source: "FALLBACK", applied: false }),
      step({ source: "NONE" }),
      step({ source: "INTERIM" }),
    ]),
    ["LIMIT", "LIMIT", "station", "less", "car", "full", "DONE", "FALLBACK", "NONE", "INTERIM"],
  );
});

test("without a reason of the plan as much is told as the receipt says", () => {
  assert.deepEqual(of([step({}), step({ curtailed: false }), step({ meteredWh: 100 })]), ["shared", "full", "less"]);
  assert.deepEqual(of([step({ meteredWh: 9_000 }), step({ setpointW: 0, meteredWh: 0 })]), ["shared", "DONE"]);
});

test("a reading that is still to come says nothing of the car", () => {
  const open = [step({ why: why("LIMIT") }), step({ why: why("EVEN"), meteredWh: 0 }), step({ meteredWh: 0 })];
  assert.deepEqual(of(open, false), ["LIMIT", "EVEN", "pending"]);
  assert.deepEqual(of(open, true), ["LIMIT", "less", "less"]);
});

test("others are counts, in both languages", () => {
  language = "en";
  assert.equal(plain(told(why("LIMIT"))), "The group's limit of 22.0 kW was full: 4 others charged, 2 of them leave before you.");
  assert.equal(plain(told(why("LIMIT", 4, 1))), "The group's limit of 22.0 kW was full: 4 others charged, 1 of them leaves before you.");
  assert.equal(plain(told(why("LIMIT", 1, 1))), "The group's limit of 22.0 kW was full: 1 other charged, and leaves before you.");
  assert.equal(plain(told(why("LIMIT", 1, 0))), "The group's limit of 22.0 kW was full: 1 other charged.");
  assert.equal(
    plain(told(why("OTHER_LOAD", 0, 0))),
    "The group's limit of 22.0 kW was full, 6.0 kW of it for other load: nobody else charged.",
  );
  language = "de";
  assert.equal(
    plain(told(why("EARLIER_DEPARTURE"))),
    "Die Grenze der Gruppe von 22,0 kW war erreicht, und niemand konnte mit Ihnen tauschen: 4 andere luden, 2 davon fahren vor Ihnen ab.",
  );
  for (const reason of ["LIMIT", "OTHER_LOAD", "EARLIER_DEPARTURE", "EVEN", "GREENER", "SHORTFALL"]) {
    assert.ok(!/[{}]|receipt\./.test(told(why(reason))), reason);
  }
});

test("there is nothing to say where nothing was held back", () => {
  assert.equal(told(null), null);
  assert.equal(told(why("FULL")), null);
  assert.equal(told(why("DONE")), null);
});
