#!/usr/bin/env node
// The main walk in a real browser: French and Russian with JavaScript, French without.  A reader finds a project, follows a
// figure to its signed entry, searches; a clerk signs in, errs, mends, corrects, signs out.
// Pictures of every page at both widths stay under build/screenshots/.
import { look, must, pattern, test, walk, wordsOf } from './browser.mjs';
import { talksRead, talksWrite } from './talks.mjs';

const account = { name: 'demo', password: 'demo-benkan-demo' };

// The content of the letter that is written, and how a reader may look for it without accents or in capitals.
const letters = {
	fr: { number: 'ESSAI-FR-1', subject: 'Relevé des œuvres à mener', corrected: 'Relevé des œuvres à achever', search: 'releve oeuvres' },
	ru: { number: 'ПРОБА-РУ-1', subject: 'Перечень учёных советов', corrected: 'Перечень учёных собраний', search: 'УЧЕНЫХ' },
};

async function reads(page, t, lang, address, shot, name) {
	await test(`${name}: the first page is in the reader's language`, async () => {
		await page.goto(address + '/');
		must(new URL(page.url()).pathname === `/${lang}/`, `sent to ${page.url()}`);
		must((await page.locator('html').getAttribute('lang')) === lang, 'lang of the page');
		await shot('home', ['light', 'dark']);
	}, page);

	await test(`${name}: from there to the projects`, async () => {
		await page.getByRole('navigation').getByRole('link', { name: t('Projects'), exact: true }).first().click();
		await page.getByRole('heading', { level: 1, name: t('Projects') }).waitFor();
		must((await page.getByRole('row').count()) > 3, 'the list has rows');
		await shot('projects');
	}, page);

	await test(`${name}: a filter narrows the list and stands in the address`, async () => {
		const before = await page.getByRole('row').count();
		await page.locator('summary', { hasText: t('Filter') }).click();
		await page.getByLabel(t('Field of cooperation')).selectOption({ index: 1 });
		await page.getByRole('button', { name: t('Apply') }).click();
		await page.waitForURL(/[?&]field=\w/);
		const after = await page.getByRole('row').count();
		must(after > 1 && after < before, `${after} rows of ${before}`);
		await shot('projects-filtered');
		await page.goBack();
	}, page);

	await test(`${name}: a project, and a payment of it`, async () => {
		await page.goto(`${address}/${lang}/money`);
		await shot('money');
		await page.goto(`${address}/${lang}/transactions`);
		await page.getByRole('row').nth(1).getByRole('rowheader').getByRole('link').click();
		await page.getByRole('heading', { level: 1 }).waitFor();
		await shot('transaction');
		await page.getByRole('main').locator(`a[href*="/project/joint/"]`).first().click();
		await page.getByRole('heading', { level: 1 }).waitFor();
		await shot('project');
		await page.goBack();
	}, page);

	await test(`${name}: the figure leads to its signed entry`, async () => {
		const money = await page.getByRole('main').innerText();
		const amount = money.match(/\d[\d\s   .,]*(?=[\s  ](XOF|EUR|RUB|USD))/)?.[0];
		must(amount, 'the payment shows an amount');
		await page.getByRole('link', { name: pattern(t('entry %1 of ledger %2')) }).first().click();
		await page.getByRole('heading', { name: t('Its bytes as signed') }).waitFor();
		const bytes = await page.locator('pre').allInnerTexts();
		const digits = (s) => s.replace(/\D/g, '').replace(/0+$/, '');
		must(bytes.some((b) => [...b.matchAll(/"amount": ?"([^"]+)"/g)].some((m) => digits(m[1]) === digits(amount))),
			`no signed amount is ${amount}`);
		await shot('entry');
	}, page);

	await test(`${name}: the history of a project`, async () => {
		await page.goto(`${address}/${lang}/projects`);
		await page.getByRole('row').nth(1).getByRole('rowheader').getByRole('link').click();
		await page.locator('a[href$="/history"]').first().click();
		await page.getByRole('heading', { level: 2, name: pattern(t('Version %1')) }).first().waitFor();
		await shot('history');
	}, page);

	for (const path of ['results', 'sessions', 'partners', 'letters', 'data', 'verify']) {
		await test(`${name}: there are ${path}`, async () => {
			const answer = await page.goto(`${address}/${lang}/${path}`);
			must(answer.status() === 200, `status ${answer.status()}`);
			await shot(path);
		}, page);
	}

	for (const path of ['calendar', 'decisions', 'agreements', 'deadlines', 'map']) {
		await test(`${name}: there are ${path}, by day and by night`, async () => {
			const answer = await page.goto(`${address}/${lang}/${path}`);
			must(answer.status() === 200, `status ${answer.status()}`);
			await shot(path, ['light', 'dark']);
		}, page);
	}

	await test(`${name}: a number of the first page is the number of rows it opens`, async () => {
		await page.goto(`${address}/${lang}/`);
		const figure = page.locator(`.fig[href="/${lang}/decisions?view=late"]`);
		const n = Number(await figure.locator('b').innerText());
		await figure.click();
		await page.getByRole('table').waitFor();
		must((await page.locator('th[scope=row]').count()) === n, `not ${n} rows`);
	}, page);

	await test(`${name}: the matrix, grouped and filtered, has an address`, async () => {
		await page.goto(`${address}/${lang}/decisions`);
		await page.locator('summary', { hasText: t('Filter and group') }).click();
		await page.locator('select[name=group]').selectOption('lead');
		await page.locator('select[name=status]').selectOption('open');
		await page.getByRole('button', { name: t('Apply') }).click();
		await page.waitForURL(/status=open.*group=lead/);
		must((await page.locator('th[scope=rowgroup]').count()) > 1, 'there are groups');
		await shot('decisions-grouped');
	}, page);

	await test(`${name}: from the calendar to the plan of a project`, async () => {
		await page.goto(`${address}/${lang}/calendar`);
		await page.getByRole('link', { name: pattern(t('%1 of %2 done')) }).last().click();
		await page.getByRole('img', { name: /.+/ }).first().waitFor();
		await page.getByRole('columnheader', { name: t('Slack') }).waitFor();
		await shot('calendar-project', ['light', 'dark']);
	}, page);

	await test(`${name}: a figure on the map is the number of rows it opens, by keyboard`, async () => {
		await page.goto(`${address}/${lang}/map?area=all`);
		const mark = page.locator('.map a[href^="#at"]').first();
		const n = Number(await mark.locator('text').textContent());
		await mark.focus();
		await page.keyboard.press('Enter');
		await page.waitForURL(/#at1$/);
		must((await page.locator('tbody:has(#at1) th[scope=row]').count()) === n && n > 1, `not ${n} rows`);
		await page.locator('#regions ~ .tab td.n a').first().click();
		await page.waitForURL(/area=/);
		must((await page.locator('svg.map path.area').count()) > 0, 'no area is drawn');
	}, page);

	await test(`${name}: what the words mean is said on the page`, async () => {
		await page.goto(`${address}/${lang}/agreements`);
		await page.locator('summary', { hasText: t('What these words mean') }).click();
		await page.locator('.help dd').first().waitFor();
	}, page);

	await test(`${name}: what awaits an answer, and one act of it`, async () => {
		await page.goto(`${address}/${lang}/`);
		await page.getByRole('main').locator(`a[href="/${lang}/awaiting"]`).first().click();
		await page.locator('h2#ml').waitFor();
		await shot('awaiting');
		await page.getByRole('main').locator(`a[href^="/${lang}/act/"]`).first().click();
		await page.getByRole('heading', { level: 2, name: t('What you can do') }).waitFor();
		must((await page.locator('button[value=accept]').count()) === 0, 'a stranger cannot accept');
		await shot('act');
	}, page);

	await test(`${name}: an act in force beside the text before it`, async () => {
		await page.goto(`${address}/${lang}/decisions`);
		await page.getByRole('link', { name: 'I-01' }).first().click();
		await page.getByRole('main').locator(`a[href^="/${lang}/act/"]`).first().click();
		await page.locator('.box.force').waitFor();
		await shot('act-in-force');
	}, page);

	await test(`${name}: an address that is not there says so`, async () => {
		const answer = await page.goto(`${address}/${lang}/project/joint/01970000-0000-7000-8000-000000000000`);
		must(answer.status() === 404, `status ${answer.status()}`);
		await shot('missing');
	}, page);
}

async function writes(page, t, lang, address, shot, name) {
	const letter = letters[lang], number = `${letter.number}-${name.length}`;

	await test(`${name}: a wrong password is refused in words`, async () => {
		await page.goto(`${address}/${lang}/`);
		await page.getByRole('link', { name: t('Sign in') }).first().click();
		await page.getByLabel(t('Account'), { exact: true }).fill(account.name);
		await page.getByLabel(t('Password'), { exact: true }).fill('wrong-wrong-wrong');
		await page.getByRole('button', { name: t('Sign in') }).click();
		await page.getByRole('alert').first().waitFor();
		await shot('sign-in');
	}, page);

	await test(`${name}: signing in`, async () => {
		await page.getByLabel(t('Account'), { exact: true }).fill(account.name);
		await page.getByLabel(t('Password'), { exact: true }).fill(account.password);
		await page.getByRole('button', { name: t('Sign in') }).click();
		await page.getByRole('button', { name: t('Sign out') }).waitFor();
	}, page);

	await test(`${name}: a secretary reads what acceptance binds to, and accepts`, async () => {
		await page.goto(`${address}/${lang}/awaiting`);
		const waiting = page.locator(`section:has(#ml) a[href^="/${lang}/act/"]`);
		if ((await waiting.count()) === 0) return; // a register that was walked through before
		await waiting.first().click();
		await page.locator('button[value=accept]').waitFor();
		await shot('act-answer');
		await page.locator('button[value=accept]').click();
		await page.locator('button[value=accept]').waitFor({ state: 'detached' });
		await page.locator('.box.await').waitFor();
		await page.goto(`${address}/${lang}/`);
		await page.getByRole('heading', { level: 2, name: t('The ledgers') }).waitFor();
		await shot('home-signed-in');
	}, page);

	await test(`${name}: a decision is raised to the next session`, async () => {
		await page.goto(`${address}/${lang}/decisions`);
		await shot('decisions-signed-in');
		const raise = page.getByRole('button', { name: t('Raise to the next session') });
		const before = await raise.count();
		await raise.first().click();
		await page.getByRole('heading', { level: 1 }).waitFor();
		must(page.url().includes(`/${lang}/obstacle/ml/`), `sent to ${page.url()}`);
		await page.goto(`${address}/${lang}/decisions`);
		must((await raise.count()) === before - 1, 'it can be raised once');
	}, page);

	const subject = page.locator(`[name="subject.${lang}"]`);
	const submit = page.locator('button[value=save]');
	await test(`${name}: a form with an error keeps what was typed and says it beside the field`, async () => {
		await page.goto(`${address}/${lang}/letters`);
		await page.getByRole('link', { name: t('New record') }).click();
		await shot('form');
		await page.getByRole('textbox', { name: t('Number') }).first().fill(number);
		await page.getByRole('group', { name: t('Direction') }).getByRole('radio').nth(1).check();
		await subject.fill(letter.subject);
		await page.locator('[name="date"]').fill('2999-01-01');
		await submit.click();
		await page.locator('[aria-invalid=true]').first().waitFor();
		must((await page.locator('[aria-invalid=true]').first().getAttribute('name')) === 'date', 'the date is marked');
		must((await subject.inputValue()) === letter.subject, 'the subject is kept');
		await shot('form-error');
	}, page);

	await test(`${name}: mended, it is in the register`, async () => {
		await page.locator('[name="date"]').fill('2026-01-15');
		await submit.click();
		await page.getByRole('heading', { level: 1, name: number }).waitFor();
		await shot('written');
	}, page);

	await test(`${name}: a new version, and the difference in the history`, async () => {
		await page.getByRole('link', { name: t('Correct or complete') }).click();
		await subject.fill(letter.corrected);
		await submit.click();
		await page.getByRole('heading', { level: 1, name: letter.corrected }).waitFor();
		await page.locator('a[href$="/history"]').first().click();
		await page.getByRole('heading', { level: 2, name: pattern(t('Version %1')) }).nth(1).waitFor();
		must((await page.locator('del').count()) > 0 && (await page.locator('ins').count()) > 0, 'what went and what came is marked');
		await shot('history-difference');
	}, page);

	await test(`${name}: search finds it without its accents`, async () => {
		await page.goto(`${address}/${lang}/search`);
		await page.getByRole('main').getByRole('searchbox').fill(letter.search);
		await page.getByRole('main').getByRole('searchbox').press('Enter');
		await page.getByRole('main').getByRole('link', { name: letter.corrected }).first().waitFor();
		await shot('search');
	}, page);

	await talksWrite(page, t, lang, address, shot, name, account);

	await test(`${name}: signing out`, async () => {
		await page.getByRole('button', { name: t('Sign out') }).click();
		await page.getByRole('link', { name: t('Sign in') }).first().waitFor();
		const answer = await page.goto(`${address}/${lang}/letter/new`);
		must(answer.status() === 403 || page.url().includes('sign'), `a stranger may not write: ${answer.status()}`);
	}, page);
}

// What a first visit brings over the line, all told: nothing from elsewhere, and no more than a poor line carries.
const weights = [
	['', 40], ['projects', 40], ['decisions', 40], ['agreements', 40], ['search?q=pont', 40], ['data', 40],
	['money', 150], ['results', 150], ['calendar', 150], ['project/joint/01985000-0007-7000-8000-000000000001', 150],
];

async function weighs(address, open) {
	for (const [path, most] of weights) {
		const page = await open('fr', true);
		const asked = [];
		page.on('requestfinished', (request) => asked.push(request));
		await test(`a first visit to /fr/${path} is at most ${most} KB`, async () => {
			await page.goto(`${address}/fr/${path}`, { waitUntil: 'networkidle' });
			let bytes = 0;
			for (const request of asked) {
				const size = await request.sizes();
				bytes += size.responseBodySize + size.responseHeadersSize;
			}
			must(asked.length > 1 && bytes > 1000, 'the page was asked for');
			must(asked.every((r) => r.url().startsWith(`${address}/`)), 'nothing comes from elsewhere');
			must(bytes <= most * 1024, `${bytes} bytes: ${asked.map((r) => r.url()).join(' ')}`);
		}, page);
		await page.context().close();
	}
}

await walk(async (address, open) => {
	await weighs(address, open);
	for (const [lang, scripts] of [['fr', true], ['ru', true], ['fr', false]]) {
		const page = await open(lang, scripts);
		const name = scripts ? lang : `${lang}, no scripts`;
		const shot = (what, schemes) => test(`${name}: the page ${what} looks right`,
			() => look(page, `${lang}${scripts ? '' : '-plain'}-${what}`, scripts, schemes), page);
		await reads(page, wordsOf(lang), lang, address, shot, name);
		await talksRead(page, wordsOf(lang), lang, address, shot, name);
		await writes(page, wordsOf(lang), lang, address, shot, name);
		await page.context().close();
	}
});
