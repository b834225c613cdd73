// What contracts say, asked of a node by eth_call: the contract ABI specification, for a handful of functions.
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { askNode, NodeError } from "./node.js";

const WORD = 64;

/** The first four bytes of a function's signature. */
const selector = (signature) => bytesToHex(keccak_256(utf8ToBytes(signature))).slice(0, 8);
/** A number as a word of 32 bytes. */
export const word = (value) => BigInt(value).toString(16).padStart(WORD, "0");

/** Bytes with their length before and zeros behind, as the ABI has them. */
function dynamic(hex) {
  const digits = hex.replace(/^0x/, "");
  return word(digits.length / 2) + digits.padEnd(Math.ceil(digits.length / WORD) * WORD, "0");
}

/** `stateOf(uint32)`. */
export function stateOfCall(settlement) {
  return `0x${selector("stateOf(uint32)")}${word(settlement)}`;
}

/** `isFinal(uint32,bytes,uint32,bytes32[])`. */
export function isFinalCall(settlement, bill, index, path) {
  const bytes = dynamic(bill);
  const head = 4 * 32;
  const hashes = path.map((hash) => hash.replace(/^0x/, "")).join("");
  return `0x${selector("isFinal(uint32,bytes,uint32,bytes32[])")}${word(settlement)}${word(head)}${word(index)}${word(
    head + bytes.length / 2,
  )}${bytes}${word(path.length)}${hashes}`;
}

/** Asks a contract; an answer that has not so many words is none of it. */
async function call(nodeUrl, to, data, count) {
  const answer = await askNode(nodeUrl, "eth_call", [{ to, data }, "latest"]);
  if (answer.length !== 2 + count * WORD || !/^0x[0-9a-f]*$/i.test(answer)) {
    throw new NodeError("strange", `there is no such contract at ${to}`);
  }
  return Array.from({ length: count }, (_, i) => answer.slice(2 + i * WORD, 2 + (i + 1) * WORD).toLowerCase());
}

/** An address that a Consortium names: by a function without parameters, among so many words. */
async function named(nodeUrl, consortium, signature, count, index) {
  const address = (await call(nodeUrl, consortium, `0x${selector(signature)}`, count))[index];
  if (!/^0{24}[0-9a-f]{40}$/.test(address) || /^0+$/.test(address)) {
    throw new NodeError("strange", `at ${consortium} there is no Consortium of such a network`);
  }
  return `0x${address.slice(24)}`;
}

/** The address of the Settlement contract of a network, by its Consortium: `market()` gives euro, flexibility, settlement and three more. */
export function settlementOf(nodeUrl, consortium) {
  return named(nodeUrl, consortium, "market()", 6, 2);
}

/** The address of the Plans contract, by the Consortium: `network()` gives assets, charging, plans, algorithms and two numbers. */
export function plansOf(nodeUrl, consortium) {
  return named(nodeUrl, consortium, "network()", 6, 2);
}

/** The hash of the candidate that is a timestep's final plan; null while none is. */
export async function finalCandidate(nodeUrl, plans, timestep) {
  const [candidates, candidate, isFinal] = await call(nodeUrl, plans, stateOfCall(timestep), 4);
  if (BigInt(`0x${isFinal}`) !== 1n || BigInt(`0x${candidate}`) >= BigInt(`0x${candidates}`)) return null;
  const data = `0x${selector("candidateOf(uint32,uint8)")}${word(timestep)}${candidate}`;
  return `0x${(await call(nodeUrl, plans, data, 1))[0]}`;
}

/** The Settlement contract at an address, as a node sees its newest state. */
export class SettlementContract {
  constructor(nodeUrl, address) {
    this.nodeUrl = nodeUrl;
    this.address = address;
  }

  /** The root of a settlement's final bills; null while none is final. */
  async finalRoot(settlement) {
    const [candidates, candidate, root] = await call(this.nodeUrl, this.address, stateOfCall(settlement), 3);
    return BigInt(`0x${candidate}`) < BigInt(`0x${candidates}`) ? `0x${root}` : null;
  }

  async isFinal(settlement, bill, index, path) {
    const [said] = await call(this.nodeUrl, this.address, isFinalCall(settlement, bill, index, path), 1);
    return BigInt(`0x${said}`) === 1n;
  }
}
