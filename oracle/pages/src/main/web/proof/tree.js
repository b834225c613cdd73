// A path in a tree of hashes: RFC 6962 and RFC 9162, 2.1.3.2.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";

const bytes = (hex) => hexToBytes(hex.replace(/^0x/, ""));

/**
 * The root that a leaf's path leads to.
 *
 * @param leaf 0x..., the path's hashes likewise, from the leaf's sibling up
 * @param index place of the leaf among `size`
 * @return 0x..., or null when the path is none of a tree of this size
 */
export function rootOf(leaf, index, size, path) {
  if (!(index >= 0 && index < size)) return null;
  let place = index;
  let last = size - 1;
  let hash = sha256(concatBytes(Uint8Array.of(0), bytes(leaf)));
  for (const sibling of path) {
    if (last === 0) return null;
    if (place % 2 === 1 || place === last) {
      hash = sha256(concatBytes(Uint8Array.of(1), bytes(sibling), hash));
      while (place % 2 === 0 && place !== 0) {
        place = Math.floor(place / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = sha256(concatBytes(Uint8Array.of(1), hash, bytes(sibling)));
    }
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? `0x${bytesToHex(hash)}` : null;
}
