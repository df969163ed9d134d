// Lighthouse on the cockpit, a project and the decision matrix of the demonstration: each at least BAR in performance, accessibility
// and best practice.  Run by make lighthouse from the root of the checkout; what it finds wanting is printed under the page.  The
// measure is of time: what else the machine does counts against a page, which may therefore try again.
import { spawn, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import lighthouse from 'lighthouse';

const BAR = 0.95, TRIES = 3;
const categories = ['performance', 'accessibility', 'best-practices'];
const pages = ['/fr/', '/ru/project/joint/01985000-0007-7000-8000-000000000001', '/fr/decisions'];
const chromium = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
	'--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function soon(what, is) {
	for (let i = 0; i < 400; i++) {
		if (await is()) return;
		await sleep(50);
	}
	throw new Error(`${what} did not come up`);
}

function freePort() {
	return new Promise((resolve) => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}

const dir = mkdtempSync(join(tmpdir(), 'benkan-lighthouse-'));
const started = [];
const start = (command, words) => {
	const child = spawn(command, words, { stdio: 'ignore' });
	started.push(child);
	return child;
};
let bad = 0;
try {
	execFileSync('demo/build', [join(dir, 'demo')], { stdio: ['ignore', 'ignore', 'inherit'] });
	start('./benkan', ['serve', '--node', join(dir, 'demo/ml'), '--listen', '127.0.0.1:0', '--port-file', join(dir, 'port')]);
	const port = await freePort();
	start(process.env.CHROMIUM || '/usr/bin/chromium', [...chromium, `--remote-debugging-port=${port}`, `--user-data-dir=${join(dir, 'profile')}`]);
	await soon('the node', () => existsSync(join(dir, 'port')));
	await soon('Chromium', () => fetch(`http://127.0.0.1:${port}/json/version`).then((r) => r.ok, () => false));
	const site = `http://127.0.0.1:${readFileSync(join(dir, 'port'), 'utf8').trim()}`;
	for (const page of pages) {
		let lhr, scores, good;
		for (let tries = 0; !good && tries < TRIES; tries++) {
			({ lhr } = await lighthouse(site + page, { port, logLevel: 'error', onlyCategories: categories }));
			scores = Object.values(lhr.categories);
			good = !lhr.runtimeError && scores.every((c) => c.score >= BAR);
		}
		bad += !good;
		console.log(`${good ? 'ok' : 'not ok'} ${page}: ${scores.map((c) => `${c.title} ${Math.round(c.score * 100)}`).join(', ')}`);
		if (lhr.runtimeError) console.log(`# ${lhr.runtimeError.message}`);
		for (const a of Object.values(lhr.audits)) {
			if (a.score !== null && a.score < 0.9) console.log(`# ${a.id}: ${a.title} ${a.displayValue ?? ''}`);
		}
	}
} finally {
	await Promise.all(started.map((child) => new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve).kill() : resolve()))));
	rmSync(dir, { recursive: true, force: true });
}
process.exit(bad ? 1 : 0);
