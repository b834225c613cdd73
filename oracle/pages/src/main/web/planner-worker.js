// Runs the planner, which the module oracle/rerun has compiled to planner.js, on what it is sent.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

globalThis.chargeproofSha256 = (bytes) => new Int8Array(sha256(new Uint8Array(bytes)).buffer);

onmessage = async ({ data }) => {
  try {
    const { plan } = await import("./planner.js");
    const bytes = plan(new Int8Array(hexToBytes(data.replace(/^0x/, "")).buffer));
    postMessage({ plan: `0x${bytesToHex(new Uint8Array(bytes.buffer))}` });
  } catch (problem) {
    postMessage({ error: problem.message });
  }
};
