// Installs the packages of package-lock.json, when they are not installed yet. Usage: node install.mjs [FOLDER]
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// a folder of packages other than that of the contracts can be named
const here = process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(here, "node_modules", ".chargeproof-stamp");
const wanted = createHash("sha256")
  .update(readFileSync(join(here, "package.json")))
  .update(readFileSync(join(here, "package-lock.json")))
  .digest("hex");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  execFileSync(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: here,
    stdio: "inherit",
  });
  writeFileSync(stamp, wanted);
}
