// Compiles src/*.sol with npm's solc. Usage: node compile.mjs OUTPUT_FOLDER. Writes NAME.abi, NAME.bin, and the names of the contracts to contracts.txt.
import { mkdirSync, readdirSync, readFileSync, writeFileSync, existsSync } from "node:fs";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { contracts } from "./contracts.mjs";
import { settings } from "./solc-settings.mjs";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const output = process.argv[2];
if (!output) {
  console.error("usage: node compile.mjs OUTPUT_FOLDER");
  process.exit(2);
}

const sources = Object.fromEntries(
  readdirSync(join(here, "src"))
    .filter((name) => name.endsWith(".sol"))
    .map((name) => [`src/${name}`, { content: readFileSync(join(here, "src", name), "utf8") }]),
);
const input = JSON.stringify({
  language: "Solidity",
  sources,
  settings: { ...settings, outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } } },
});

mkdirSync(output, { recursive: true });
writeFileSync(join(output, "contracts.txt"), `${contracts.join("\n")}\n`);
// the compiler takes seconds; unchanged sources are not compiled again
const stamp = join(output, "input.sha256");
// imported packages are pinned: the lock file stands for their sources
const packages = readFileSync(join(here, "package-lock.json"));
const hash = createHash("sha256").update(input).update(packages).digest("hex");
if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) process.exit(0);

const { default: solc } = await import("solc");
/** Sources of packages, as solc-settings.mjs maps them. */
function imported(path) {
  try {
    return { contents: readFileSync(join(here, path), "utf8") };
  } catch (problem) {
    return { error: `${problem.message}. Maybe run: node build/install.mjs` };
  }
}
const result = JSON.parse(solc.compile(input, { import: imported }));
const problems = result.errors ?? [];
for (const problem of problems) console.error(problem.formattedMessage);
// warnings count as errors: nobody reads them later
if (problems.length > 0) process.exit(1);

for (const [file, inFile] of Object.entries(result.contracts)) {
  for (const [name, contract] of Object.entries(inFile)) {
    if (file !== `src/${name}.sol`) continue;
    writeFileSync(join(output, `${name}.abi`), JSON.stringify(contract.abi));
    writeFileSync(join(output, `${name}.bin`), contract.evm.bytecode.object);
    const bytes = contract.evm.deployedBytecode.object.length / 2;
    if (bytes > 24576) {
      console.error(`${name} has ${bytes} bytes; a contract may have 24576 (EIP-170). Maybe move something into a library.`);
      process.exit(1);
    }
  }
}
writeFileSync(stamp, hash);
