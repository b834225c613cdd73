// Makes the npm package for those who build on the contracts. Usage: node npm-package.mjs ABI_FOLDER OUTPUT_FOLDER VERSION
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { contracts } from "./contracts.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const project = dirname(dirname(here));
const [abis, output, version] = process.argv.slice(2);
if (!version) {
  console.error("usage: node npm-package.mjs ABI_FOLDER OUTPUT_FOLDER VERSION");
  process.exit(2);
}
const abisOfContracts = contracts.map((name) => [name, JSON.parse(readFileSync(join(abis, `${name}.abi`), "utf8"))]);

/** What an error's selector is made of. */
function signature(error) {
  const type = (input) =>
    input.type.startsWith("tuple") ? `(${input.components.map(type)})${input.type.slice("tuple".length)}` : input.type;
  return `${error.name}(${error.inputs.map(type)})`;
}

// a call of one contract may be refused by another behind it: with all errors, whatever comes back can be read
const errors = new Map();
for (const [, abi] of abisOfContracts) {
  for (const entry of abi) {
    if (entry.type === "error") errors.set(signature(entry), entry);
  }
}
const all = [...abisOfContracts, ["Errors", [...errors.keys()].sort().map((key) => errors.get(key))]];

/** The type of a JSON value, as exact as it can be: ABI types are taken from literals. */
function literal(value) {
  if (Array.isArray(value)) return `readonly [${value.map(literal).join(", ")}]`;
  if (value !== null && typeof value === "object") {
    return `{ ${Object.entries(value).map(([key, v]) => `readonly ${JSON.stringify(key)}: ${literal(v)}`).join("; ")} }`;
  }
  return JSON.stringify(value);
}

const constant = (name) => `${name[0].toLowerCase()}${name.slice(1)}Abi`;
const doc = (name) =>
  name === "Errors" ? "/** The errors of all contracts: add it to the ABI of a call. */" : `/** ABI of the contract ${name}. */`;

rmSync(output, { recursive: true, force: true });
mkdirSync(join(output, "abi"), { recursive: true });
for (const [name, abi] of all) {
  writeFileSync(join(output, "abi", `${name}.json`), `${JSON.stringify(abi, null, 2)}\n`);
}
const list = (abi, entry) => abi.map((e) => `  ${entry(e)},\n`).join("");
writeFileSync(
  join(output, "index.js"),
  all.map(([name, abi]) => `${doc(name)}\nexport const ${constant(name)} = [\n${list(abi, JSON.stringify)}];\n`).join("\n"),
);
writeFileSync(
  join(output, "index.d.ts"),
  all
    .map(([name, abi]) => `${doc(name)}\nexport declare const ${constant(name)}: readonly [\n${list(abi, literal)}];\n`)
    .join("\n"),
);
copyFileSync(join(project, "LICENSE"), join(output, "LICENSE"));
copyFileSync(join(here, "npm", "README.md"), join(output, "README.md"));
copyFileSync(
  join(project, "oracle/view/src/main/resources/org/chargeproof/view/rpc/openrpc.json"),
  join(output, "openrpc.json"),
);
writeFileSync(
  join(output, "package.json"),
  `${JSON.stringify(
    {
      name: "chargeproof-contracts",
      version,
      description: "ABIs of the chargeproof contracts, and the OpenRPC document of charge_...",
      license: "Apache-2.0",
      type: "module",
      sideEffects: false,
      engines: { node: ">=20" },
      types: "./index.d.ts",
      exports: {
        ".": { types: "./index.d.ts", default: "./index.js" },
        "./abi/*.json": "./abi/*.json",
        "./openrpc.json": "./openrpc.json",
        "./package.json": "./package.json",
      },
      files: ["abi", "index.js", "index.d.ts", "openrpc.json"],
    },
    null,
    2,
  )}\n`,
);
