// Whether a receipt is proven: what is shown is held against the bill's bytes, and these against contracts that the reader knows, asked of a node that
// the reader names. Nothing that the server says is taken for true.
import { decodeBill, differences, wrongSums } from "./bill.js";
import { SettlementContract, settlementOf } from "./contract.js";
import { askNode } from "./node.js";
import { rootOf } from "./tree.js";

/** What the receipt shows of a bill, by the bill's names; all of it has to be there. */
function shownBy(receipt) {
  return {
    account: receipt.account,
    provider: receipt.provider,
    operator: receipt.operator,
    chargePoint: receipt.chargePoint,
    energyWh: receipt.deliveredWh,
    greenWh: receipt.greenWh,
    promisedWh: receipt.promisedWh,
    pricePerKWhE4: receipt.pricePerKWhE4,
    marginPerKWhE4: receipt.marginPerKWhE4,
    vatE4: receipt.vatE4,
    costMicroEuro: receipt.costMicroEuro,
    marginMicroEuro: receipt.marginMicroEuro,
    owedMicroEuro: receipt.owedMicroEuro,
    chargedMicroEuro: receipt.chargedMicroEuro,
  };
}

/** What the bill shows beside that. */
const OF_BILL = ["vatMicroEuro", "compensationMicroEuro", "tokens"];

/**
 * Checks a receipt, step by step; the first step that fails ends it.
 *
 * @param trusted { nodeUrl, consortium }: what the reader knows from elsewhere than from this server
 * @param session that was asked for
 * @param network as `/api/v1/network` tells it, answer as `/sessions/N/bill`, receipt as `/sessions/N/receipt`
 * @return steps of { step, ok, wrong: [{ name, shown, proven }] }
 * @throws NodeError when the node gives no answer that can be used
 */
export async function checkReceipt(trusted, session, network, answer, receipt) {
  const { nodeUrl, consortium } = trusted;
  const { bill, settlement } = answer;
  const steps = [];
  const step = (name, wrong) => {
    steps.push({ step: name, ok: wrong.length === 0, wrong });
    return wrong.length === 0;
  };

  const chainId = BigInt(await askNode(nodeUrl, "eth_chainId", []));
  const address = await settlementOf(nodeUrl, consortium);
  const others = [];
  if (String(network.chainId) !== String(chainId)) others.push({ name: "chainId", shown: network.chainId, proven: chainId });
  const named = String(network.market?.settlement).toLowerCase();
  if (named !== address) others.push({ name: "settlement", shown: named, proven: address });
  if (!step("network", others)) return steps;

  let bytes;
  try {
    bytes = decodeBill(bill.bytes);
  } catch (problem) {
    step("shown", [{ name: "bytes", shown: String(bill.bytes).slice(0, 20), proven: problem.message }]);
    return steps;
  }
  const ofBill = Object.fromEntries(OF_BILL.map((name) => [name, bill[name]]));
  if (!step("shown", differences(bytes, { session, ...shownBy(receipt), ...ofBill }))) return steps;
  if (!step("sums", wrongSums(bytes))) return steps;

  const contract = new SettlementContract(nodeUrl, address);
  const proven = await contract.finalRoot(settlement);
  const isPath = Array.isArray(bill.path) && bill.path.length <= 32 && bill.path.every((hash) => /^0x[0-9a-f]{64}$/.test(hash));
  const root = isPath ? rootOf(bill.bytes, bill.index, bill.bills, bill.path) : null;
  const isRoot = proven !== null && root === proven;
  if (!step("root", isRoot ? [] : [{ name: "billsRoot", shown: root, proven }])) return steps;

  const isFinal = await contract.isFinal(settlement, bill.bytes, bill.index, bill.path);
  step("final", isFinal ? [] : [{ name: "isFinal", shown: "true", proven: "false" }]);
  return steps;
}
