// Whether a plan is the one that was agreed on: it is computed again here, and its hash is looked for on the ledger (docs/reference/commitments.md).
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { finalCandidate, plansOf, word } from "./contract.js";
import { rootOf } from "./tree.js";

const keccak = (hex) => bytesToHex(keccak_256(hexToBytes(hex.replace(/^0x/, ""))));
const hash = (hex) => hex.replace(/^0x/, "");

/** The hash that the ledger keeps of a candidate. */
export function candidateOf(proof) {
  const fields = [word(proof.timestep), word(proof.snapshotBlock), proof.algorithm, proof.inputsRoot, proof.plansRoot, proof.setpointsRoot];
  const digest = keccak([...fields, keccak(proof.setpoints)].map(hash).join(""));
  return `0x${keccak(digest + keccak(proof.decisions))}`;
}

/** What a charge point may draw in a timestep, in Wh, by the packed setpoints: a u16 for each, plus 1; 0 behind their end. */
export function setpointWh(setpoints, chargePoint) {
  const digits = setpoints.slice(2 + 4 * chargePoint, 6 + 4 * chargePoint);
  return digits.length < 4 ? 0 : Math.max(0, parseInt(digits, 16) - 1);
}

/**
 * Checks a group's plan, step by step; the first step that fails ends it.
 *
 * @param trusted { nodeUrl, consortium }: what the reader knows from elsewhere than from this server
 * @param proof as `/timesteps/T/plans/G/proof` tells it
 * @param rerun computes a plan from an input, both 0x...
 * @param shown rows of the plan as the page shows them: { chargePoint, powerW }
 * @return steps of { step, ok, wrong: [{ name, shown, proven }] }
 * @throws NodeError when the node gives no answer that can be used
 */
export async function checkPlan(trusted, { timestep, group }, proof, rerun, shown, stepsPerHour) {
  const steps = [];
  const step = (name, wrong) => {
    steps.push({ step: name, ok: wrong.length === 0, wrong });
    return wrong.length === 0;
  };
  const differs = (name, a, b) => (a === b ? [] : [{ name, shown: short(a), proven: short(b) }]);

  let again;
  try {
    again = await rerun(proof.input);
  } catch (problem) {
    step("rerun", [{ name: "plan", shown: short(proof.plan), proven: problem.message }]);
    return steps;
  }
  if (!step("rerun", differs("plan", proof.plan, again))) return steps;

  const roots = [
    ...differs("timestep", proof.timestep, timestep),
    ...differs("group", proof.group, group),
    ...differs("inputsRoot", proof.inputsRoot, rootOf(proof.input, group, proof.groups, proof.inputPath)),
    ...differs("plansRoot", proof.plansRoot, rootOf(proof.plan, group, proof.groups, proof.planPath)),
  ];
  if (!step("roots", roots)) return steps;

  const rows = shown.flatMap((row) =>
    differs(`charge point ${row.chargePoint}`, Math.round(row.powerW / stepsPerHour), setpointWh(proof.setpoints, row.chargePoint)),
  );
  if (!step("setpoints", rows)) return steps;

  const plans = await plansOf(trusted.nodeUrl, trusted.consortium);
  const agreed = await finalCandidate(trusted.nodeUrl, plans, timestep);
  step("ledger", differs("candidate", candidateOf(proof), agreed));
  return steps;
}

function short(value) {
  const text = String(value);
  return text.length > 80 ? `${text.slice(0, 40)}… (${text.length} characters)` : text;
}
