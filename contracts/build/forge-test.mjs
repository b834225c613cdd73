// Runs the tests of the contracts: forge's formatter, tests and gas snapshot. Usage: node forge-test.mjs [--update-snapshot]
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const update = process.argv.includes("--update-snapshot");
const gasTests = "GasTest$";

function findForge() {
  const platform = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  const program = process.platform === "win32" ? "forge.exe" : "forge";
  const installed = join(here, "node_modules", "@foundry-rs", `forge-${platform}`, "bin", program);
  if (existsSync(installed)) return installed;
  if (!spawnSync("forge", ["--version"]).error) return "forge";
  console.error(
    [
      "=".repeat(100),
      `THE CONTRACTS WERE NOT TESTED: there is no forge for ${platform}.`,
      "Looked for:",
      `  ${installed}`,
      "  forge on the PATH",
      "Maybe run `node build/install.mjs`, or install Foundry (https://getfoundry.sh) and put forge on the PATH.",
      "To build without these tests: mvn -DskipTests",
      "=".repeat(100),
    ].join("\n"),
  );
  process.exit(1);
}

const forge = findForge();
const failures = [];
let passed = 0;
let failed = 0;

/** Passes forge's output through and adds up what it says about tests. */
function run(what, ...args) {
  return new Promise((done) => {
    console.log(`\n> forge ${args.join(" ")}`);
    const child = spawn(forge, args, { cwd: here, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (data) => {
      process.stdout.write(data);
      output += data;
    });
    child.on("close", (code) => {
      for (const [, p, f] of output.matchAll(/^Ran \d+ test suites? in .*: (\d+) tests? passed, (\d+) failed/gm)) {
        passed += Number(p);
        failed += Number(f);
      }
      if (code !== 0) failures.push(what);
      done();
    });
  });
}

/** Tests deploy what compile.mjs makes for deployment: it has to be of these sources. */
function compile() {
  const script = join(here, "build", "compile.mjs");
  const compiled = spawnSync(process.execPath, [script, join(here, "target", "abi")], { stdio: "inherit" });
  if (compiled.status !== 0) failures.push("compile.mjs");
}

await run("the format; maybe run forge fmt", "fmt", "--check");
await run("the style", "lint", "src", "test");
compile();
await run("the tests", "test", "--no-match-contract", gasTests);
// the snapshot is of the tests that measure, and these run here only
await run(
  "the gas snapshot; if it is meant to change: node build/forge-test.mjs --update-snapshot",
  "snapshot",
  "--match-contract",
  gasTests,
  ...(update ? [] : ["--check"]),
);
if (passed === 0) failures.push("the number of tests: none ran");
for (const failure of failures) console.error(`FAILED: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
console.log(`${passed} passed, ${failed} failed`);
