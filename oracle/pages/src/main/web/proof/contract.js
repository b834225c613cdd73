// What the Settlement contract says, asked of a node by eth_call: the contract ABI specification, for two functions.
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { jsonRpc } from "../common/api.js";

const WORD = 64;
const selector = (signature) => bytesToHex(keccak_256(utf8ToBytes(signature))).slice(0, 8);
const word = (value) => BigInt(value).toString(16).padStart(WORD, "0");

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
  return `0x${selector("isFinal(uint32,bytes,uint32,bytes32[])")}${word(settlement)}${word(head)}${word(index)}${word(
    head + bytes.length / 2,
  )}${bytes}${word(path.length)}${path.map((hash) => hash.replace(/^0x/, "")).join("")}`;
}

/** So many words that a call gave. An answer that is missing or has another length is none: never a match. */
function words(answer, count) {
  if (typeof answer !== "string" || answer.length !== 2 + count * WORD || !/^0x[0-9a-f]*$/i.test(answer)) {
    throw new Error(`the node's answer is none of this contract: ${String(answer).slice(0, 80)}`);
  }
  return Array.from({ length: count }, (_, i) => answer.slice(2 + i * WORD, 2 + (i + 1) * WORD).toLowerCase());
}

/** The Settlement contract at an address, as a node sees its newest state. */
export class SettlementContract {
  constructor(nodeUrl, address) {
    this.nodeUrl = nodeUrl;
    this.address = address;
  }

  call(data) {
    return jsonRpc(this.nodeUrl, "eth_call", [{ to: this.address, data }, "latest"]);
  }

  /** The root of a settlement's final bills; null while none is final. */
  async finalRoot(settlement) {
    const [candidates, candidate, root] = words(await this.call(stateOfCall(settlement)), 3);
    return BigInt(`0x${candidate}`) < BigInt(`0x${candidates}`) ? `0x${root}` : null;
  }

  async isFinal(settlement, bill, index, path) {
    return BigInt(`0x${words(await this.call(isFinalCall(settlement, bill, index, path)), 1)[0]}`) === 1n;
  }
}
