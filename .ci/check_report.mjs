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

// The element with the focus: whether it is in sight and has an outline, and whether it is in the main part.
function focus() {
  const e = document.activeElement;
  const box = e.getBoundingClientRect();
  const style = getComputedStyle(e);
  const inSight = box.width > 0 && box.height > 0 && box.left >= 0 && box.top < innerHeight && box.bottom > 0;
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const html = e.outerHTML.slice(0, 120);
  return { html, body: e === document.body, skip: e.className === "skip", inMain: e.closest("main") !== null, seen: inSight && outlined };
}

// Of an element whose background axe cannot make out, mostly for its gradient: contrast of its text with the nearest colour
// behind it.
function contrast(selector) {
  const e = document.querySelector(selector);
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const behind = (at) => {
    for (; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const light = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const style = getComputedStyle(e);
  const [low, high] = [light(numbers(style.color)), light(behind(e))].sort((x, y) => x - y);
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  return { ratio: (high + 0.05) / (low + 0.05), least: large ? 3 : 4.5, text: e.outerHTML.slice(0, 120) };
}

// By keyboard alone: the link at the top leads into the main part, Tab comes by everything that can be used and shows where
// it is, Space folds and unfolds. Gives the number of stops.
async function walk(page, name) {
  await page.keyboard.press("Tab");
  const first = await page.evaluate(focus);
  hold(first.skip && first.seen, `${name}: the first Tab gives ${JSON.stringify(first)}`);
  const wanted = await page.evaluate(() => document.querySelectorAll("a[href], summary, [tabindex='0']").length);
  let stops = 0;
  for (let at = first; !at.body && stops <= wanted; at = await page.evaluate(focus)) {
    hold(at.seen, `${name}: the focus cannot be seen at ${at.html}`);
    stops++;
    await page.keyboard.press("Tab");
  }
  hold(stops === wanted, `${name}: Tab stops ${stops} times, of ${wanted}`);

  await page.evaluate(() => document.querySelector(".skip").focus());
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  const after = await page.evaluate(focus);
  hold(after.inMain, `${name}: after the skip link, Tab gives ${after.html}`);

  const folds = await page.$$("summary");
  if (folds.length) {
    const isOpen = () => folds[0].evaluate((e) => e.parentElement.open);
    await folds[0].focus();
    const before = await isOpen();
    await page.keyboard.press("Space");
    const turned = await isOpen();
    await page.keyboard.press("Space");
    hold(turned !== before && (await isOpen()) === before, `${name}: Space does not fold and unfold`);
  }
  return stops;
}

async function check(browser, file, width, mode) {
  const name = `${basename(dirname(resolve(file)))} at ${width} px, ${mode}`;
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  const said = [];
  const asked = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("dialog", (dialog) => (said.push("dialog " + dialog.message()), dialog.dismiss()));
  page.on("request", (request) => asked.push(request.url()));
  await page.setViewport({ width, height: 900 });
  // Without smooth scrolling, which is still on its way when the focus is looked for.
  const features = { "prefers-color-scheme": mode, "prefers-reduced-motion": "reduce" };
  await page.emulateMediaFeatures(Object.entries(features).map(([name, value]) => ({ name, value })));
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

  const stops = await walk(page, name);

  await page.evaluate(axe);
  const found = await page.evaluate((tags) => axe.run({ runOnly: tags }), rules);
  hold(found.passes.length > 15, `${name}: axe passed only ${found.passes.length} rules`);
  for (const violation of found.violations) {
    hold(false, `${name}: ${violation.id}: ${violation.help}: ${violation.nodes[0].html.slice(0, 160)}`);
  }
  const left = [];
  for (const { id, nodes } of found.incomplete) {
    left.push(`${id} ${nodes.length}`);
    for (const { target } of id === "color-contrast" ? nodes : []) {
      const { ratio, least, text } = await page.evaluate(contrast, target[0]);
      hold(ratio >= least, `${name}: contrast ${ratio.toFixed(2)} (needs ${least}) of ${text}`);
    }
  }
  const scripts = await page.evaluate(() => document.querySelectorAll("script, iframe, img, object, [onerror], [onload]").length);
  hold(await page.evaluate(() => window.ran === undefined), `${name}: text of a document ran`);
  hold(scripts === 0, `${name}: ${scripts} elements that run or load`);
  hold(said.length === 0, `${name}: the console says ${JSON.stringify(said.slice(0, 3))}`);
  hold(asked.every((u) => u === url), `${name}: asks for ${asked}`);
  await page.close();
  const undecided = left.length ? `; axe leaves open, contrasts held here: ${left.join(", ")}` : "";
  console.log(`${name}: ${height} px high, ${stops} stops of Tab, ${found.passes.length} rules of axe pass${undecided}`);
}

mkdirSync(pictures, { recursive: true });
// Chromium as root has no sandbox; by itself it would ask the network for updates and more.
const quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const args = [...quiet, "--disable-component-update", "--disable-sync"];
const browser = await puppeteer.launch({ executablePath: chromium, args, timeout: 120_000, protocolTimeout: 600_000 });
for (const file of pages) {
  for (const width of [360, 1280]) {
    for (const mode of ["light", "dark"]) {
      await check(browser, file, width, mode);
    }
  }
}
await browser.close();
process.exit(failures ? 1 : 0);
