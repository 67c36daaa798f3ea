// Opens reports in headless Chromium and checks what a reader depends on: no sideways scrolling at 360 px, contrast and
// names for assistive technology (axe), focus by keyboard, and that hostile text neither runs nor loads anything.
//
//   node check_report.mjs MODULES CHROMIUM PICTURES PAGE...    MODULES holds puppeteer-core and axe-core
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, chromium, pictures, ...pages] = process.argv.slice(2);
const require = createRequire(resolve(modules, "node_modules") + "/");
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let failures = 0;
function hold(condition, words) {
  if (!condition) {
    failures++;
    console.log("FAILED  " + words);
  }
}

// What stands wider than the window, frames that scroll by themselves left out.
function overflow() {
  const wide = [...document.querySelectorAll("body *")].filter(
    (e) => !e.closest(".scroll, .skip, .unseen") && e.getBoundingClientRect().right > innerWidth + 0.5,
  );
  return { page: document.documentElement.scrollWidth - innerWidth, wide: wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)) };
}

async function check(browser, file, width, mode) {
  const name = `${basename(dirname(resolve(file)))} at ${width} px, ${mode}`;
  const page = await browser.newPage();
  const said = [];
  const asked = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("dialog", (dialog) => (said.push("dialog " + dialog.message()), dialog.dismiss()));
  page.on("request", (request) => asked.push(request.url()));
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: mode }]);
  const url = pathToFileURL(resolve(file)).href;
  await page.goto(url);
  const folded = await page.evaluate(overflow);
  hold(folded.page <= 0, `${name}: scrolls sideways by ${folded.page} px`);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  for (let top = 0, i = 0; top < height && i < 12; top += 2400, i++) {
    const clip = { x: 0, y: top, width, height: Math.min(2400, height - top) };
    const path = `${pictures}/${basename(dirname(resolve(file)))}-${width}-${mode}-${i}.png`;
    await page.screenshot({ path, clip, captureBeyondViewport: true });
  }
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
  const open = await page.evaluate(overflow);
  hold(open.page <= 0 && open.wide.length === 0, `${name}: too wide ${JSON.stringify(open)}`);

  await page.keyboard.press("Tab");
  const focused = await page.evaluate(() => {
    const box = document.activeElement.getBoundingClientRect();
    return { is: document.activeElement.className, seen: box.left >= 0 && getComputedStyle(document.activeElement).outlineStyle !== "none" };
  });
  hold(focused.is === "skip" && focused.seen, `${name}: the first Tab gives ${JSON.stringify(focused)}`);

  await page.evaluate(axe);
  const found = await page.evaluate((tags) => axe.run({ runOnly: tags }), rules);
  hold(found.passes.length > 15, `${name}: axe passed only ${found.passes.length} rules`);
  for (const violation of found.violations) {
    hold(false, `${name}: ${violation.id}: ${violation.help}: ${violation.nodes[0].html.slice(0, 160)}`);
  }
  const scripts = await page.evaluate(() => document.querySelectorAll("script, iframe, img, object, [onerror], [onload]").length);
  hold(await page.evaluate(() => window.ran === undefined), `${name}: text of a document ran`);
  hold(scripts === 0, `${name}: ${scripts} elements that run or load`);
  hold(said.length === 0, `${name}: the console says ${JSON.stringify(said.slice(0, 3))}`);
  hold(asked.every((u) => u === url), `${name}: asks for ${asked}`);
  await page.close();
  console.log(`${name}: ${height} px high, ${found.passes.length} rules of axe pass`);
}

mkdirSync(pictures, { recursive: true });
const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox"] });
for (const file of pages) {
  for (const width of [360, 1280]) {
    for (const mode of ["light", "dark"]) {
      await check(browser, file, width, mode);
    }
  }
}
await browser.close();
process.exit(failures ? 1 : 0);
