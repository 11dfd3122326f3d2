import type { Locator, Page } from 'playwright-core';

/** Longer than anything takes that a person waits for on the page. */
const PATIENCE_MS = 60_000;

/** A home tab is drawn when it is opened or asked to: so often it is looked at for something, and for so long each time. */
const LOOKS_MAX = 20;
const LOOK_MS = 2_000;

/** A desk's window, and a phone's. */
export const DESK = { width: 1120, height: 740 };
export const PHONE = { width: 390, height: 800 };

/** What a person does at the page, in its words: for tests and for the unattended tour. */
export interface Visitor {
  page: Page;
  /** Types a line in #ops and sends it. */
  type: (text: string) => Promise<void>;
  /** The newest message of the channel that holds this text. */
  newest: (text: string | RegExp) => Locator;
  /** Shows the app's home tab as it is now. */
  openHome: () => Promise<Locator>;
  /** The home tab, drawn anew until it shows this. */
  homeWith: (text: RegExp) => Promise<Locator>;
  /** Opens a form by its button on the home tab: `deploy`. */
  openForm: (name: string) => Promise<Locator>;
  /** Chooses the language of the Slack of whom one acts as, as it names itself. */
  chooseLanguage: (name: string) => Promise<void>;
  /** Shows #ops again. */
  openOps: () => Promise<void>;
  /** Becomes a person by the first name. */
  actAs: (name: string) => Promise<void>;
  /** Clicks the newest button of this action, and answers what is asked then. */
  press: (action: string, answer?: string) => Promise<void>;
  /** Clicks a button of the dialog in front. */
  answer: (label: string) => Promise<void>;
  /** Types a command, and lets other people approve it, one after the other. */
  ask: (text: string, approvers: readonly string[]) => Promise<void>;
  /** Makes trouble, or takes it back, on the panel. */
  trouble: (id: string) => Promise<void>;
  /** Opens the thread of the newest message that has one. */
  openThread: () => Promise<Locator>;
  closeThread: () => Promise<void>;
  /** Lists what is not as it should be: marks of Slack as they are written, blocks the page does not know, overflow. */
  flaws: () => Promise<string[]>;
}

/** Marks and entities as an app writes them: nobody should read one. */
const RAW =
  /&(?:lt|gt|amp);|<[@!#][^>\s]*>|:[a-z]+(?:_[a-z]+)+:|:[a-z]+_?[a-z]+:(?=\s)|\*\w[^*\n]*\*|This page does not show[^.]*\./g;

const OVERFLOW = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

/** Hands and eyes at an open page. */
export function visit(page: Page): Visitor {
  page.setDefaultTimeout(PATIENCE_MS);
  const panel = page.getByRole('button', { name: 'Make trouble' });
  const visitor: Visitor = {
    page,
    async type(text) {
      await page.getByLabel('Message #ops').fill(text);
      await page.keyboard.press('Enter');
    },
    newest: (text) => page.locator('main .message', { hasText: text }).last(),
    async openHome() {
      await page.getByRole('button', { name: 'KeyBuzz home' }).click();
      return page.locator('main .home');
    },
    async homeWith(text) {
      const home = await visitor.openHome();
      const found = page.locator('main .home', { hasText: text });
      for (let looks = 1; ; looks += 1) {
        try {
          await found.waitFor({ timeout: LOOK_MS });
          return home;
        } catch (error) {
          if (looks === LOOKS_MAX) throw error;
          await page.locator('[data-action=keybuzz_home_refresh]').click();
        }
      }
    },
    async openForm(name) {
      await page.locator(`[data-action=keybuzz_home_${name}]`).click();
      const form = page.getByRole('dialog');
      await form.waitFor();
      return form;
    },
    async chooseLanguage(name) {
      await page.getByLabel('Language of').selectOption(name);
    },
    openOps: () => page.getByRole('button', { name: '# ops', exact: true }).click(),
    actAs: (name) => page.getByRole('radio', { name: new RegExp(name) }).click(),
    async press(action, answer) {
      await page.locator(`main [data-action=${action}]`).last().click();
      if (answer !== undefined) await visitor.answer(answer);
    },
    answer: (label) => page.getByRole('dialog').getByRole('button', { name: label, exact: true }).click(),
    async ask(text, approvers) {
      await visitor.type(text);
      for (const name of approvers) {
        await page.locator('main [data-action=keybuzz_approve]').last().waitFor();
        await visitor.actAs(name);
        await visitor.press('keybuzz_approve', 'Approve');
      }
    },
    async trouble(id) {
      await panel.click();
      await page.locator(`[data-fault=${id}]`).click();
      await panel.click();
    },
    async openThread() {
      await page.locator('main .thread-link').last().click();
      return page.getByLabel('Thread', { exact: true });
    },
    closeThread: () => page.getByRole('button', { name: 'Close the thread' }).click(),
    async flaws() {
      const texts = await page.locator('main .message-body, .thread .message-body, main .home, dialog').allInnerTexts();
      const wide = Number(await page.evaluate(OVERFLOW));
      return [...texts.flatMap((text) => text.match(RAW) ?? []), ...(wide > 0 ? [`${wide} px too wide`] : [])];
    },
  };
  return visitor;
}
