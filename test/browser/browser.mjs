// What the browser tests share: a node of the demonstration, Chromium, the words of a language, TAP.
import { spawn, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const shots = 'build/screenshots';
export const widths = [360, 1440];

// --- words: the English literals of the pages, as lang/*.XX.po has them ---
function catalogue(lang) {
	const words = new Map();
	if (lang === 'en') return words;
	const text = (lines) => [...lines.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((m) => JSON.parse(`"${m[1]}"`)).join('');
	const files = readdirSync('lang').filter((f) => f === `${lang}.po` || f.endsWith(`.${lang}.po`));
	for (const block of files.flatMap((f) => readFileSync(join('lang', f), 'utf8').split(/\n\s*\n/))) {
		const m = block.match(/^msgid ((?:"[^\n]*"\s*)+)(?:msgid_plural (?:"[^\n]*"\s*)+)?msgstr(?:\[0\])? ((?:"[^\n]*"\s*)+)/m);
		if (m) words.set(text(m[1]), text(m[2]));
	}
	return words;
}

export function wordsOf(lang) {
	const words = catalogue(lang);
	return (english) => words.get(english) || english;
}

// The same as a pattern: %1 stands for anything.
export function pattern(sentence) {
	return new RegExp(sentence.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/%[123]/g, '.+'));
}

// --- TAP ---
let failed = 0;
export async function test(name, run, page) {
	try {
		await run();
		console.log(`ok ${name}`);
		return true;
	} catch (e) {
		failed++;
		console.log(`not ok ${name}`);
		const [said, ...frames] = String(e.stack || e).split(/\n    at /);
		const [, line] = frames.join('\n').match(/_test\.mjs:(\d+)/) ?? [];
		console.log(`${said}\nline ${line}`.replace(/^/gm, '# '));
		if (page) {
			console.log(`# at ${page.url()}`);
			await page.screenshot({ path: `${shots}/failed-${failed}.png`, fullPage: true }).catch(() => {});
		}
		return false;
	}
}

export function must(condition, what) {
	if (!condition) throw new Error(what);
}

// --- the node ---
function freePort() {
	return new Promise((resolve) => {
		const s = createServer().listen(0, '127.0.0.1', () => {
			const { port } = s.address();
			s.close(() => resolve(port));
		});
	});
}

function answers(port) {
	return new Promise((resolve) => {
		const s = connect(port, '127.0.0.1', () => s.end(() => resolve(true))).on('error', () => resolve(false));
	});
}

async function serve(node) {
	const port = await freePort();
	const server = spawn('./benkan', ['serve', '--node', node, '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', 'ignore', 'inherit'] });
	while (!(await answers(port))) {
		if (server.exitCode !== null) throw new Error(`the node ended with exit ${server.exitCode}`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	return { address: `http://127.0.0.1:${port}`, stop: () => server.kill() };
}

// --- looking at a page ---
// At both widths, and where asked in the dark too: nothing is wider than the screen, axe finds nothing, a picture is kept.
// (axe needs scripts to run.)
export async function look(page, name, scripts, schemes = ['light']) {
	for (const width of widths) {
		for (const colorScheme of schemes) await lookAt(page, name, scripts, width, colorScheme);
	}
	await page.emulateMedia({ colorScheme: 'light' });
	for (const width of [1024, 1280]) await sumsWhole(page, name, width);
}

// Where a table of records is wider than the screen, a sum at its edge must not lose its last digits: it would read as another.
async function sumsWhole(page, name, width) {
	await page.setViewportSize({ width, height: 900 });
	const cut = await page.evaluate(() => [...document.querySelectorAll('.tab:has(> .cards)')].flatMap((tab) => {
		const edge = tab.getBoundingClientRect().right;
		return [...tab.querySelectorAll('tbody td.n')].filter((cell) => {
			const at = cell.getBoundingClientRect();
			return at.left < edge && at.right > edge + 1;
		}).map((cell) => cell.textContent);
	}));
	must(cut.length === 0, `${name} at ${width} px cuts off sums: ${cut.slice(0, 3).join(', ')}`);
}

async function lookAt(page, name, scripts, width, colorScheme) {
	await page.emulateMedia({ colorScheme });
	await page.setViewportSize({ width, height: 900 });
	await page.screenshot({ path: `${shots}/${name}-${width}${colorScheme === 'dark' ? '-dark' : ''}.png`, fullPage: true });
	const wide = await page.evaluate(() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth);
	must(wide <= 0, `${name} at ${width} px is ${wide} px too wide`);
	const cut = await page.evaluate(() => [...document.querySelectorAll('.tab')]
		.filter((t) => t.querySelector('.cards') && t.scrollWidth > t.clientWidth).map((t) => t.getAttribute('aria-label')));
	must(width > 360 || cut.length === 0, `${name} at ${width} px cuts its cards: ${cut.join(', ')}`);
	if (!scripts) return;
	await page.evaluate(axe);
	const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
	const found = violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join(' … ')}`);
	must(found.length === 0, `${name} at ${width} px, ${colorScheme}, axe: ${found.join('; ')}`);
}

// --- all of it: run(address, open) with open(lang, scripts) giving a page of a fresh visitor ---
export async function walk(run) {
	const dir = mkdtempSync(join(tmpdir(), 'benkan-browser-'));
	let node, browser;
	rmSync(shots, { recursive: true, force: true });
	mkdirSync(shots, { recursive: true });
	try {
		const demo = process.env.RUN_DIR && existsSync(process.env.RUN_DIR) ? process.env.RUN_DIR : join(dir, 'demo');
		if (!existsSync(demo)) execFileSync('demo/build', [demo], { stdio: ['ignore', 'ignore', 'inherit'] });
		node = await serve(join(demo, 'ml'));
		browser = await chromium.launch({
			executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
			args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
				'--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
		});
		await run(node.address, async (lang, scripts) => {
			const context = await browser.newContext({ locale: lang, javaScriptEnabled: scripts, viewport: { width: 1440, height: 900 } });
			context.setDefaultTimeout(5000);
			const page = await context.newPage();
			page.on('pageerror', (e) => test(`no script fails: ${e.message}`, () => must(false, e.message)));
			return page;
		});
	} catch (e) {
		await test('the walk could be made', () => { throw e; });
	} finally {
		await browser?.close();
		node?.stop();
		rmSync(dir, { recursive: true, force: true });
	}
	process.exitCode = failed ? 1 : 0;
}
