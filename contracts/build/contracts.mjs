// The one list of the contracts that are deployed: what src/NAME.sol declares as `contract NAME`. Interfaces, libraries and abstract contracts are none.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const src = join(dirname(dirname(fileURLToPath(import.meta.url))), "src");

/** Their names, in alphabetical order. */
export const contracts = readdirSync(src)
  .filter((file) => file.endsWith(".sol"))
  .map((file) => file.slice(0, -".sol".length))
  .filter((name) => new RegExp(`^contract ${name}\\b`, "m").test(readFileSync(join(src, `${name}.sol`), "utf8")))
  .sort();
