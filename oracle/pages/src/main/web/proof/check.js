// Whether a receipt is proven: everything that is shown is held against the bill's bytes, and these against a node of the reader's choice.
import { jsonRpc } from "../common/api.js";
import { decodeBill, differences, wrongSums } from "./bill.js";
import { SettlementContract } from "./contract.js";
import { rootOf } from "./tree.js";

/**
 * Checks a bill, step by step; the first step that fails ends it.
 *
 * @param network as `/api/v1/network` tells it: chainId and market.settlement
 * @param answer as `/api/v1/sessions/N/bill` tells it
 * @param receipt as `/api/v1/sessions/N/receipt` tells it
 * @return steps of { step, ok, wrong: [{ name, shown, proven }] }
 */
export async function checkReceipt(nodeUrl, network, answer, receipt) {
  const steps = [];
  const step = (name, wrong) => {
    steps.push({ step: name, ok: wrong.length === 0, wrong });
    return wrong.length === 0;
  };
  const { bill } = answer;
  const bytes = decodeBill(bill.bytes);

  const chainId = BigInt(await jsonRpc(nodeUrl, "eth_chainId", []));
  const otherChain = chainId === BigInt(network.chainId) ? [] : [{ name: "chainId", shown: network.chainId, proven: chainId }];
  if (!step("chain", otherChain)) return steps;

  const shown = { ...bill, session: answer.session };
  const ofReceipt = differences(bytes, {
    session: receipt.session,
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
  });
  if (!step("shown", [...differences(bytes, shown), ...ofReceipt])) return steps;
  if (!step("sums", wrongSums(bytes))) return steps;

  const contract = new SettlementContract(nodeUrl, network.market.settlement);
  const proven = await contract.finalRoot(answer.settlement);
  const root = rootOf(bill.bytes, bill.index, bill.bills, bill.path);
  const otherRoot = proven !== null && root === proven ? [] : [{ name: "billsRoot", shown: root, proven }];
  if (!step("root", otherRoot)) return steps;

  const isFinal = await contract.isFinal(answer.settlement, bill.bytes, bill.index, bill.path);
  step("final", isFinal ? [] : [{ name: "isFinal", shown: "true", proven: "false" }]);
  return steps;
}
