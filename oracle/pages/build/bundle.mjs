// Bundles the pages. Usage: node bundle.mjs OUTPUT_FOLDER. Writes NAME.html, scripts and styles, and files.txt with the name of each.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const web = join(dirname(dirname(fileURLToPath(import.meta.url))), "src/main/web");
const output = process.argv[2];
if (!output) {
  console.error("usage: node bundle.mjs OUTPUT_FOLDER");
  process.exit(2);
}
// a folder whose script has its name is a page
const pages = readdirSync(web).filter((name) => existsSync(join(web, name, `${name}.js`)));

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
await build({
  entryPoints: [...pages.map((page) => join(web, page, `${page}.js`)), join(web, "planner-worker.js")],
  // the planner is compiled elsewhere, and is large: it is loaded when somebody runs it
  external: ["./planner.js"],
  // what pages share is loaded once
  entryNames: "[name]",
  chunkNames: "shared-[hash]",
  outdir: output,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "linked",
  logLevel: "warning",
});
const frame = readFileSync(join(web, "common/page.html"), "utf8");
for (const page of pages) {
  writeFileSync(join(output, `${page}.html`), frame.replaceAll("PAGE", page));
}
const files = readdirSync(output).sort();
writeFileSync(join(output, "files.txt"), `${files.join("\n")}\n`);
