import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { candidateOf, checkPlan, setpointWh } from "../../main/web/proof/plan.js";
import { rootOf } from "../../main/web/proof/tree.js";

// the worked example of docs/reference/commitments.md
const page = readFileSync(new URL("../../../../../docs/reference/commitments.md", import.meta.url), "utf8");
const cell = (name) => `0x${page.match(new RegExp(`^\\| ${name} \\| \`([0-9a-f ]+)\` \\|`, "m"))[1].replaceAll(" ", "")}`;
const text = (words) => `0x${Buffer.from(words, "ascii").toString("hex")}`;
const leaf = (hex) => rootOf(hex, 0, 1, []);

const proof = {
  timestep: 2_000_001,
  group: 0,
  groups: 2,
  snapshotBlock: 4_711,
  algorithm: cell("`algorithm`"),
  inputsRoot: cell("`inputsRoot`"),
  plansRoot: cell("`plansRoot`"),
  setpointsRoot: cell("`setpointsRoot`"),
  input: text("input of group 0"),
  inputPath: [leaf(text("input of group 1"))],
  plan: text("plan of group 0"),
  planPath: [leaf(text("plan of group 1"))],
  setpoints: cell("packed setpoints"),
  decisions: cell("packed decisions"),
};
const shown = [
  { chargePoint: 0, powerW: 11_000 },
  { chargePoint: 2, powerW: 0 },
];
const CONSORTIUM = `0x${"c0".repeat(20)}`;
const PLANS = `0x${"9a".repeat(20)}`;
const word = (hex) => hex.replace(/^0x/, "").padStart(64, "0");

let server;
let agreed = candidateOf(proof);
let isFinal = "1";
before(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const { to, data } = JSON.parse(body).params[0];
    const say = (words) => response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result: `0x${words.map(word).join("")}` }));
    if (to === CONSORTIUM) return say(["1", "2", PLANS, "4", "5", "6"]);
    // candidateOf is asked with more than stateOf
    return data.length > 80 ? say([agreed]) : say(["1", "0", isFinal, "0"]);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
});
after(() => server.close());

const failed = async ({ changed = {}, rows = shown, rerun = async () => proof.plan, at = { timestep: 2_000_001, group: 0 } } = {}) => {
  const trusted = { nodeUrl: `http://127.0.0.1:${server.address().port}`, consortium: CONSORTIUM };
  const steps = await checkPlan(trusted, at, { ...proof, ...changed }, rerun, rows, 4);
  return steps.filter((each) => !each.ok).map((each) => [each.step, ...each.wrong.map((wrong) => wrong.name)].join(" "));
};

test("the worked example's candidate has the hash that the page states", () => {
  assert.equal(candidateOf(proof), cell("candidate"));
});

test("setpoints are unpacked, and what lies behind them stands still", () => {
  assert.deepEqual(
    [0, 1, 2, 3, 16, 999].map((n) => setpointWh(proof.setpoints, n)),
    [2_750, 5_000, 0, 0, 0, 0],
  );
});

test("a plan that was agreed on passes", async () => {
  assert.deepEqual(await failed(), []);
});

test("what differs is named", async () => {
  const other = `0x${"11".repeat(32)}`;
  assert.deepEqual(await failed({ rerun: async () => "0x00" }), ["rerun plan"]);
  assert.deepEqual(await failed({ rerun: () => Promise.reject(new Error("no input")) }), ["rerun plan"]);
  assert.deepEqual(await failed({ changed: { input: text("input of group 9") } }), ["roots inputsRoot"]);
  assert.deepEqual(await failed({ changed: { plansRoot: other } }), ["roots plansRoot"]);
  assert.deepEqual(await failed({ at: { timestep: 2_000_002, group: 0 } }), ["roots timestep"]);
  assert.deepEqual(await failed({ rows: [{ chargePoint: 0, powerW: 11_004 }] }), ["setpoints charge point 0"]);
  for (const name of ["algorithm", "setpointsRoot", "decisions"]) {
    assert.deepEqual(await failed({ changed: { [name]: other } }), ["ledger candidate"]);
  }
  assert.deepEqual(await failed({ changed: { snapshotBlock: 4_712 } }), ["ledger candidate"]);
});

test("what nobody agreed on is not proven", async () => {
  isFinal = "0";
  assert.deepEqual(await failed(), ["ledger candidate"]);
  isFinal = "1";
  agreed = `0x${"22".repeat(32)}`;
  assert.deepEqual(await failed(), ["ledger candidate"]);
});
