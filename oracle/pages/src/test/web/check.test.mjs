import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { decodeBill } from "../../main/web/proof/bill.js";
import { checkReceipt } from "../../main/web/proof/check.js";
import { rootOf } from "../../main/web/proof/tree.js";

const bytes = `0x${readFileSync(new URL("../../../../billing/src/test/resources/golden/waits.bills.hex", import.meta.url), "utf8").replace(/\s/g, "")}`;
const CONSORTIUM = `0x${"c0".repeat(20)}`;
const SETTLEMENT = `0x${"5e".repeat(20)}`;
/** What a lying server has deployed: a contract that says yes to everything. */
const YES = `0x${"ee".repeat(20)}`;
const word = (hex) => hex.replace(/^0x/, "").padStart(64, "0");

const plain = Object.fromEntries(
  Object.entries(decodeBill(bytes)).map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value]),
);
const bill = { ...plain, bytes, index: 0, bills: 1, path: [] };
const answer = { session: bill.session, settlement: 8, state: "FINAL", bill };
const receipt = { ...plain, deliveredWh: plain.energyWh };
const network = { chainId: 2018, market: { settlement: SETTLEMENT } };
const root = rootOf(bytes, 0, 1, []);

/** A node with one network on it; `answers` replaces what it says, by method or by the address that is called. */
let server;
let answers = {};
before(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const { method, params } = JSON.parse(body);
    const { to, data } = params[0] ?? {};
    const own = answers[method] ?? answers[to];
    if (own !== undefined) return response.end(own);
    const say = (result) => response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result }));
    if (method === "eth_chainId") return say("0x7e2");
    if (to === CONSORTIUM)
      return say(`0x${[1, 2].map((n) => word(String(n))).join("")}${word(SETTLEMENT)}${["3", "4", "5"].map(word).join("")}`);
    // isFinal is asked with more than stateOf
    if (to === YES) return say(data.length < 100 ? `0x${word("1")}${word("0")}${word(root)}` : `0x${word("1")}`);
    if (to === SETTLEMENT) return say(data.length < 100 ? `0x${word("1")}${word("0")}${word(root)}` : `0x${word("1")}`);
    return say("0x");
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
});
after(() => server.close());

const trusted = () => ({ nodeUrl: `http://127.0.0.1:${server.address().port}`, consortium: CONSORTIUM });
const failed = async (...changed) => {
  const [session, net, ans, rec] = Object.values({ session: bill.session, network, answer, receipt, ...Object.assign({}, ...changed) });
  const steps = await checkReceipt(trusted(), session, net, ans, rec);
  return steps.filter((each) => !each.ok).map((each) => [each.step, ...each.wrong.map((wrong) => wrong.name)].join(" "));
};

test("an honest server's receipt is proven", async () => {
  assert.deepEqual(await failed(), []);
});

test("a server that names a contract of its own is found out", async () => {
  assert.deepEqual(await failed({ network: { ...network, market: { settlement: YES } } }), ["network settlement"]);
  assert.deepEqual(await failed({ network: { ...network, chainId: 1 } }), ["network chainId"]);
  assert.deepEqual(await failed({ network: { chainId: 2018 } }), ["network settlement"]);
});

test("another session's bill is not taken for this one's", async () => {
  assert.deepEqual(await failed({ session: bill.session + 1 }), ["shown session"]);
});

test("each number that the receipt shows is held against the bill, and has to be there", async () => {
  for (const name of ["account", "deliveredWh", "greenWh", "promisedWh", "pricePerKWhE4", "marginPerKWhE4", "vatE4", "costMicroEuro"]) {
    const { [name]: left, ...without } = receipt;
    const proven = name === "deliveredWh" ? "energyWh" : name;
    assert.deepEqual(await failed({ receipt: without }), [`shown ${proven}`]);
    assert.deepEqual(await failed({ receipt: { ...receipt, [name]: typeof left === "number" ? left + 1 : "0x" } }), [`shown ${proven}`]);
  }
  for (const name of ["vatMicroEuro", "compensationMicroEuro", "tokens"]) {
    assert.deepEqual(await failed({ answer: { ...answer, bill: { ...bill, [name]: bill[name] + 1 } } }), [`shown ${name}`]);
  }
});

test("a path that is none, or leads elsewhere, proves nothing", async () => {
  for (const path of [[root], ["0x12"], "0x", null, [null], Array(40).fill(root)]) {
    assert.deepEqual(await failed({ answer: { ...answer, bill: { ...bill, path } } }), ["root billsRoot"]);
  }
});

test("what a node says that is no answer is an error and never a match", async () => {
  const wrong = {
    "no JSON": ["<html>", "strange"],
    null: ["null", "strange"],
    "no result": ['{"jsonrpc":"2.0","id":1}', "strange"],
    "a null result": ['{"jsonrpc":"2.0","id":1,"result":null}', "strange"],
    "an empty result": ['{"jsonrpc":"2.0","id":1,"result":"0x"}', "strange"],
    "an error": ['{"jsonrpc":"2.0","id":1,"error":{}}', "refused"],
    "too much": [`{"jsonrpc":"2.0","id":1,"result":"0x${"0".repeat(1 << 17)}"}`, "strange"],
  };
  for (const [name, [said, kind]] of Object.entries(wrong)) {
    for (const where of [CONSORTIUM, SETTLEMENT]) {
      answers = { [where]: said };
      await assert.rejects(checkReceipt(trusted(), bill.session, network, answer, receipt), { kind }, name);
    }
  }
  answers = { [SETTLEMENT]: JSON.stringify({ jsonrpc: "2.0", id: 1, result: `0x${word("0")}${word("0")}${word(root)}` }) };
  assert.deepEqual(await failed(), ["root billsRoot"]);
  answers = {};
  await assert.rejects(checkReceipt({ nodeUrl: "http://127.0.0.1:1", consortium: CONSORTIUM }, 1, network, answer, receipt), {
    kind: "unreached",
  });
});
