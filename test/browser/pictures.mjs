#!/usr/bin/env node
// The pictures of README.md and docs/tour.md, taken of the demonstration: node test/browser/pictures.mjs SITE OTHER DIR
// SITE is Mali's node, OTHER Russia's, both served (make run); pages in Russian are taken of Russia's.
// Each picture is one screen of a page, from the top or from its chart, small enough to keep.
import { statSync } from 'node:fs';
import { chromium } from 'playwright-core';

const most = 220 * 1024;
const project = '01985000-0007-7000-8000-000000000004', session = '01985000-0004-7000-8000-000000000002';
const pages = [
	['home-fr', '/fr/'], ['home-ru', '/ru/'], ['decisions-fr', '/fr/decisions'], ['decisions-ru', '/ru/decisions'],
	['session-fr', `/fr/session/joint/${session}`, { open: 'dl.papers' }], ['project-ru', `/ru/project/joint/${project}`], ['agreements-fr', '/fr/agreements'],
	['calendar-ru', '/ru/calendar', { at: 'main svg' }], ['money-fr', '/fr/money'], ['desk-ru', '/ru/reconciliation-desk'], ['results-fr', '/fr/results'],
	['map-ru', '/ru/map', { at: 'main svg' }], ['verify-fr', '/fr/verify'],
];

const [, , site, other, dir] = process.argv;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 1100, height: 820 } });
for (const [name, path, how = {}] of pages) {
	const answer = await page.goto((path.startsWith('/ru/') ? other : site) + path);
	if (answer.status() !== 200) throw new Error(`${path}: ${answer.status()}`);
	if (how.open) await page.evaluate((what) => { document.querySelector(what).closest('details').open = true; }, how.open);
	if (how.at) await page.evaluate((what) => { document.querySelector(what).scrollIntoView(); }, how.at);
	const file = `${dir}/${name}.png`;
	await page.screenshot({ path: file });
	if (statSync(file).size > most) throw new Error(`${file} is ${statSync(file).size} bytes`);
}
await browser.close();
