// Sessions and protocol, calls, partners, letters: what is read, and what two sides write of an article.
import { must, pattern, test } from './browser.mjs';

const session = '01985000-0004-7000-8000-000000000003';
let walks = 0; // each writes an article and a letter of its own
const numberIn = async (locator) => Number((await locator.innerText()).replace(/\D/g, ''));

// What somebody types who means harm, or knows no measure: markup, text turned around, emoji, a word without end.
const hostile = `<b>gras</b> \u202eetfarb\u2066 👩‍👩‍👧 ${'Donaudampfschifffahrt'.repeat(14)}`;

export async function talksRead(page, t, lang, address, shot, name) {
	await test(`${name}: a protocol, article by article, its languages facing`, async () => {
		await page.goto(`${address}/${lang}/session/joint/${session}`);
		await page.getByRole('link', { name: t('Protocol, article by article') }).click();
		await page.getByRole('heading', { level: 2, name: pattern(t('Article %1')) }).first().waitFor();
		must((await page.locator('section mark').count()) > 3, 'brackets are marked');
		must((await page.locator('section .two [lang=fr]').count()) > 4 && (await page.locator('section .two [lang=ru]').count()) > 4, 'both languages stand');
		must((await page.locator('button[value=accept]').count()) === 0, 'a stranger accepts nothing');
		await page.getByText(t('What each side last proposed')).first().waitFor();
		await shot('protocol');
	}, page);

	for (const path of ['calls', 'at-risk', 'silent', 'letters?view=unanswered', `session/joint/${session}`]) {
		await test(`${name}: there is ${path}`, async () => {
			const answer = await page.goto(`${address}/${lang}/${path}`);
			must(answer.status() === 200, `status ${answer.status()}`);
			if (path === 'silent' || path.startsWith('letters')) await shot(path.split('?')[0] + '-talks');
		}, page);
	}

	await test(`${name}: projects at risk are as many as the first page says`, async () => {
		await page.goto(`${address}/${lang}/`);
		const figure = page.locator(`.tops a[href="/${lang}/at-risk"]`);
		const n = await numberIn(figure.locator('b'));
		await figure.click();
		must(n > 0 && (await page.locator('main .plain > li').count()) === n, `not ${n} projects`);
	}, page);

	await test(`${name}: letters without an answer are as many as their view shows`, async () => {
		await page.goto(`${address}/${lang}/letters`);
		const chip = page.locator(`a.chip[href="/${lang}/letters?view=unanswered"]`);
		const n = await numberIn(chip.locator('b'));
		await chip.click();
		await page.waitForURL(/view=unanswered/);
		must(n > 0 && (await page.locator('tbody th').count()) === n, `not ${n} letters`);
	}, page);

	await test(`${name}: a partner's payments are as many as the directory says`, async () => {
		await page.goto(`${address}/${lang}/partners`);
		const figure = page.locator('td a[href*="type=1%203%204"]').first();
		const n = await numberIn(figure);
		await figure.click();
		await page.waitForURL(/provider=/);
		must((await page.locator('tbody th').count()) === n, `not ${n} payments`);
		await page.goBack();
		await page.locator('tbody th a').nth(3).click();
		await page.locator('h2#done').waitFor();
		await shot('partner');
	}, page);

	await test(`${name}: the answers to a call stand side by side`, async () => {
		await page.goto(`${address}/${lang}/calls`);
		await page.locator('a[href$="#answers"]').first().click();
		await page.getByRole('table', { name: t('Answers to this call') }).or(page.locator('h2#answers')).first().waitFor();
		must((await page.locator('#answers ~ .tab tbody tr').count()) === 2, 'two answers');
		await shot('call');
	}, page);
}

async function signIn(page, t, account) {
	await page.getByLabel(t('Account'), { exact: true }).fill(account.name);
	await page.getByLabel(t('Password'), { exact: true }).fill(account.password);
	await page.getByRole('button', { name: t('Sign in') }).click();
}

// Signed in as a secretary.
export async function talksWrite(page, t, lang, address, shot, name, account) {
	const protocol = `${address}/${lang}/session/joint/${session}/protocol`;
	const number = String(21 + walks++);

	await test(`${name}: one click puts what is overdue on the agenda`, async () => {
		await page.goto(`${address}/${lang}/session/joint/${session}`);
		await shot('agenda');
		const buttons = page.locator('button[name=add]');
		const n = await buttons.count();
		if (n === 0) return; // a register that was walked through before
		await buttons.first().click();
		await page.locator('.box.await').waitFor();
		must((await page.locator('button[name=add]').count()) === n - 1, 'it is offered once');
	}, page);

	await test(`${name}: a session that ends while an article is typed loses nothing`, async () => {
		await page.goto(protocol);
		await page.getByRole('link', { name: t('Propose an article') }).click();
		await page.locator('[name=number]').fill(number);
		await page.locator('[name="text.fr"]').fill('Un [crochet');
		await page.locator('[name="text.ru"]').fill(`Одна [RU: скобка] ${hostile}`);
		const cookies = await page.context().cookies();
		await page.context().clearCookies();
		await page.locator('button[value=save]').click();
		await page.getByLabel(t('Password'), { exact: true }).waitFor();
		must(cookies.length > 0, 'there was a session');
		await signIn(page, t, account);
		if ((await page.locator('[name="text.fr"]').count()) === 0 || (await page.locator('[name="text.fr"]').getAttribute('type')) === 'hidden')
			await page.getByRole('main').getByRole('button').first().click();
		await page.locator('.err').first().waitFor(); // the bracket is not closed
		must((await page.locator('[name="text.fr"]').inputValue()) === 'Un [crochet', 'the French text is there');
		must((await page.locator('[name="text.ru"]').inputValue()).startsWith('Одна [RU: скобка]'), 'the Russian text is there');
		await shot('article-error');
	}, page);

	await test(`${name}: mended, it stands in the protocol, and disarmed`, async () => {
		await page.locator('[name="text.fr"]').fill(`Un [RU : crochet] ${hostile}`);
		await page.locator('button[value=save]').click();
		await page.waitForURL(/\/protocol#a-/);
		const section = page.locator('section').filter({ has: page.getByRole('heading', { name: pattern(t('Article %1').replace('%1', number)) }) });
		must((await section.locator('.two b').count()) === 2, 'nothing but the sides of the brackets is bold');
		must(!/[\u202e\u2066]/.test(await section.innerText()), 'nothing turns the text around');
		await shot('article-hostile');
	}, page);

	await test(`${name}: brackets are settled in both languages at once`, async () => {
		const section = page.locator('section').filter({ has: page.getByRole('heading', { name: pattern(t('Article %1').replace('%1', number)) }) });
		await section.locator('summary', { hasText: t('Settle the brackets') }).click();
		await section.locator('select[name=b0]').selectOption('keep');
		await section.locator('button[value=settle]').click();
		await page.waitForURL(/\/protocol#a-/);
		must((await section.locator('.two mark').count()) === 0, 'no bracket is left');
		must((await section.locator('button[value=accept]').count()) === 1, 'one proposal of this side');
	}, page);

	await test(`${name}: two who write one record see both versions`, async () => {
		await page.goto(`${address}/${lang}/letters`);
		await page.locator('tbody th a[href*="/letter/ml/"]').first().click();
		await page.getByRole('link', { name: t('Correct or complete') }).click();
		const other = await page.context().newPage();
		await other.goto(page.url());
		for (const [who, text] of [[other, 'Première version'], [page, 'Seconde version']]) {
			await who.locator('[name="summary.fr"]').fill(`${text} ${name}`);
			await who.locator('button[value=save]').click();
			await who.getByRole('heading', { level: 1 }).waitFor();
		}
		await page.locator('button[value=merge]').waitFor();
		const both = await page.getByRole('main').innerText();
		must(both.includes('Première version') && both.includes('Seconde version'), 'both stand there');
		await page.locator('button[value=merge]').click();
		await page.locator('button[value=save]').click();
		await page.getByText(`Seconde version ${name}`).first().waitFor();
		await other.close();
	}, page);

	await test(`${name}: a form sent twice writes once`, async () => {
		await page.goto(`${address}/${lang}/letters`);
		await page.getByRole('link', { name: t('New record') }).click();
		await page.getByRole('textbox', { name: t('Number') }).first().fill(`2X-${number}`);
		await page.getByRole('group', { name: t('Direction') }).getByRole('radio').nth(0).check();
		await page.locator(`[name="subject.${lang}"]`).fill('Double');
		await page.locator('[name="date"]').fill('2026-01-15');
		await page.locator('button[value=save]').dblclick();
		await page.getByRole('heading', { level: 1, name: `2X-${number}` }).waitFor();
		await page.goto(`${address}/${lang}/letters?q=2X-${number}`);
		must((await page.locator('tbody th a[href*="/letter/"]').count()) === 1, 'it stands there once');
	}, page);
}
