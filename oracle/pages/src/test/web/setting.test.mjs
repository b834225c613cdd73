import assert from "node:assert/strict";
import test from "node:test";
import { battery, loads, whatIfPath } from "../../main/web/cockpit/setting.js";

const nothing = { limitKW: "", policy: "", batteryKWh: "0", batteryKW: "0" };

test("what is typed becomes an address in W and Wh", () => {
  assert.deepEqual(whatIfPath(3, nothing), { path: "/groups/3/what-if", problem: null });
  assert.equal(whatIfPath(3, { ...nothing, limitKW: "22.08" }).path, "/groups/3/what-if?limitW=22080");
  assert.equal(whatIfPath(3, { ...nothing, policy: "peak=150" }).path, "/groups/3/what-if?policy=peak%3D150");
  assert.equal(whatIfPath(3, { ...nothing, batteryKWh: "20", batteryKW: "5.5" }).path, "/groups/3/what-if?batteryWh=20000&batteryW=5500");
});

test("what the API would refuse is not asked", () => {
  const problem = (fields) => {
    const found = whatIfPath(0, { ...nothing, ...fields });
    assert.equal(found.path === null, found.problem !== null);
    return found.problem;
  };
  for (const limitKW of ["0", "-1", "x", "67109", "1e400"]) assert.equal(problem({ limitKW }), "limitKW");
  for (const batteryKWh of ["-1", "x", "67109"]) assert.equal(problem({ batteryKWh, batteryKW: "1" }), "batteryKWh");
  assert.equal(problem({ batteryKWh: "10" }), "batteryKW");
  assert.equal(problem({ batteryKW: "10" }), "batteryKW");
  assert.equal(problem({ batteryKWh: "", batteryKW: "" }), null);
});

test("loads are from the grid, with the battery where there is one", () => {
  const step = { measuredWh: 100, settingWh: 80, uncontrolledWh: 200, batteryWh: -30, loadWh: 50, pvWh: 10, settingLimitW: 1_000 };
  const unmeasured = { ...step, measuredWh: null, loadWh: null, pvWh: null, batteryWh: 40 };
  assert.deepEqual(loads([step, unmeasured], 4), {
    measured: [560, null],
    setting: [360, 480],
    uncontrolled: [960, 800],
    limit: [1_000, 1_000],
  });
  assert.deepEqual(battery([step, unmeasured]), { takenWh: 40, givenWh: 30 });
});
