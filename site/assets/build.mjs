// Builds everything the browser needs into site/static: the stylesheet (and it mirrored for
// right-to-left languages), the scripts, what the CMS needs, the fonts and the icons. Run it with `npm run build`.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import rtlcss from "rtlcss";
import * as sass from "sass";

const assets = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(assets, "../..");
const output = path.resolve(root, "site/static");
const require = createRequire(import.meta.url);

// Only the subsets that our seven languages need; Vazirmatn carries the Arabic script, Atkinson the rest.
const fonts = [
  { name: "@fontsource/atkinson-hyperlegible-next", sheets: ["400", "400-italic", "700"], subsets: ["latin", "latin-ext"] },
  { name: "@fontsource/vazirmatn", sheets: ["400", "700"], subsets: ["arabic"] },
];

/** The folder of an installed package. */
function packageFolder(name) {
  return path.dirname(require.resolve(`${name}/package.json`));
}

/** Copies the fonts and returns their @font-face rules, pointing at the copies. */
async function buildFonts() {
  await mkdir(path.join(output, "fonts"), { recursive: true });
  const rules = [];
  for (const { name, sheets, subsets } of fonts) {
    const folder = packageFolder(name);
    const family = path.basename(name);
    await cp(path.join(folder, "LICENSE"), path.join(output, `fonts/${family}-LICENSE.txt`));
    for (const sheet of sheets) {
      const css = await readFile(path.join(folder, `${sheet}.css`), "utf8");
      for (const rule of css.match(/@font-face\s*{[^}]+}/g)) {
        const file = rule.match(/files\/([\w-]+\.woff2)/)[1];
        if (!subsets.some((subset) => file.startsWith(`${family}-${subset}-${sheet.slice(0, 3)}`))) continue;
        await cp(path.join(folder, "files", file), path.join(output, "fonts", file));
        rules.push(rule.replace(/src:[^;]+;/, `src: url("../fonts/${file}") format("woff2");`).replace(/\s+/g, " "));
      }
    }
  }
  return rules.join("\n");
}

/** One stylesheet as the browser reads it. */
function compile(name) {
  return sass.compile(path.join(assets, `scss/${name}.scss`), {
    loadPaths: [path.join(root, "node_modules")],
    style: "compressed",
    quietDeps: true,
  });
}

/** Compiles the stylesheet and mirrors it; the CMS is never mirrored. */
async function buildStyles(fontRules) {
  const compiled = compile("signpost");
  const css = `@charset "utf-8";\n${fontRules}\n${compiled.css.replace(/^\uFEFF|^@charset "UTF-8";/, "")}\n`;
  await mkdir(path.join(output, "css"), { recursive: true });
  await writeFile(path.join(output, "css/signpost.css"), css);
  await writeFile(path.join(output, "css/signpost.rtl.css"), rtlcss.process(css));
  await writeFile(path.join(output, "css/cms-demo.css"), `${compile("cms-demo").css}\n`);
}

/** Bundles each script into one file, so that its hashed name covers all it holds: the site's, what one kind of question
 * needs besides, and the CMS's. */
async function buildScripts() {
  const options = { bundle: true, target: "es2020", minify: true, legalComments: "none", outdir: path.join(output, "js") };
  const entryPoints = ["js/signpost.js", "js/ordering.js"].map((name) => path.join(assets, name));
  await esbuild.build({ ...options, entryPoints, format: "esm" });
  await esbuild.build({ ...options, entryPoints: [path.join(assets, "js/cms-quotes.js")], format: "iife" });
}

await rm(output, { recursive: true, force: true });
await buildStyles(await buildFonts());
await buildScripts();
await cp(path.join(assets, "images"), path.join(output, "images"), { recursive: true });
