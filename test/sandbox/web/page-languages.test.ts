import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CHROMIUM } from '../../../sandbox/web/browser.ts';
import { PHONE, DESK, type Visitor } from '../../../sandbox/web/visitor.ts';
import { hoursAhead, NOTHING_LEFT, openDemoPage, type DemoPage } from '../../helpers/demo-page.ts';

const describeWithChromium = existsSync(CHROMIUM) ? describe : describe.skip;

/** The alert's one message, as it is now. */
const alertIs = (state: string) => new RegExp(`${state}.*alerte rabbitmq-1`, 's');

describeWithChromium('people who read French and English, at the page of a demo whose bot speaks French', () => {
  let demo: DemoPage;
  let visitor: Visitor;
  const dialog = () => visitor.page.getByRole('dialog');

  beforeAll(async () => {
    demo = await openDemoPage({ KEYBUZZ_LANG: 'fr' });
    ({ visitor } = demo);
  }, 120_000);

  afterAll(async () => {
    expect(await demo.close()).toEqual(NOTHING_LEFT);
  }, 60_000);

  it('see the home tab in French', async () => {
    const home = await visitor.homeWith(/réussi RabbitMQ/);
    const text = await home.innerText();
    expect(text).toMatch(/Déployer …\s+Basculer …\s+Mettre en silence …\s+Actualiser/);
    expect(text).toMatch(/réussi\sRabbitMQ\srabbitmq\s·\s12 réussis · interrogé il y a \d+ s/);
    expect(text.match(/la surveillance ne l'interroge pas/g)).toHaveLength(8);
    expect(text).toMatch(
      /Alertes\s+\S+\sAucune alerte\.[^]*Exécutions en cours\s+Aucune\.\s+Changements récents\s+Aucun/,
    );
    expect(await visitor.flaws()).toEqual([]);
    await visitor.openOps();
  }, 120_000);

  it('are told in French that a node was killed, and look after it by buttons in French', async () => {
    await visitor.trouble('kill-broker');
    const alert = visitor.newest(alertIs('Critique'));
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/\d+ contrôles? depuis Today[^]*échec\sin-service\sdepuis Today/);
    expect(await alert.locator('button[data-action]').allInnerTexts()).toEqual([
      ...['Prendre en charge', 'Silence 1 h', "Silence jusqu'à …", "Voir l'état", 'Proposer une correction'],
    ]);
    await visitor.press('keybuzz_alert_ack');
    await visitor.newest(alertIs('Prise en charge')).getByText("s'en occupe").waitFor();
    expect(await visitor.flaws()).toEqual([]);
  });

  it('are asked in French until when it is to be silent, and why that time is refused', async () => {
    await visitor.press('keybuzz_alert_silence_until');
    const until = dialog().getByLabel("Jusqu'à quand rabbitmq-1 est-il en silence ?");
    await until.fill(hoursAhead(-1));
    await visitor.answer('Mettre en silence');
    await dialog().getByText('Choisissez un moment à venir.').waitFor();
    await until.fill(hoursAhead(5));
    await dialog().getByLabel('Pourquoi ?').fill('disques neufs');
    expect(await visitor.flaws()).toEqual([]);
    await visitor.answer('Mettre en silence');
    await visitor.newest(alertIs('En silence')).getByText('disques neufs').waitFor();
    await visitor.press('keybuzz_alert_unsilence');
    await visitor.newest(alertIs('Prise en charge')).waitFor();
  });

  it('read the channel in French, and what is only theirs in the language that each of them chose', async () => {
    await visitor.press('keybuzz_alert_deploy');
    await visitor.newest(/deploy rabbitmq.*Cela ferait 1 changement sur 1 hôte/s).waitFor();
    await visitor.actAs('Anne');
    await visitor.homeWith(/1 exécution en attente de votre décision/);
    await visitor.chooseLanguage('English (US)');
    await visitor.homeWith(/1 run waiting for you.*Waiting for approval · deploy rabbitmq/s);
    const form = await visitor.openForm('failover');
    await form.getByLabel('Which module?').selectOption('redis');
    expect(await visitor.flaws()).toEqual([]);
    await visitor.answer('Back');
    await visitor.openOps();
    await visitor.type('/keybuzz deplo redis');
    await visitor.newest('There is no command deplo').waitFor();
    await visitor.press('keybuzz_approve', 'Approuver');
    const over = visitor.newest(alertIs('Résolue'));
    await over.waitFor();
    expect(await over.innerText()).toMatch(/Elle a duré \d+[^]*Dernier changement ici : deploy rabbitmq, exécution/);
    await visitor.actAs('Olga');
    await visitor.type('/keybuzz deplo redis');
    await visitor.newest("Il n'y a pas de commande deplo").waitFor();
  }, 120_000);

  it('deploy by a form in French, read its thread in French, and see it at home, on a phone too', async () => {
    const { page } = visitor;
    await visitor.openHome();
    const form = await visitor.openForm('deploy');
    await form.getByLabel('Quel module ?').selectOption('redis');
    await form.getByLabel('Le montrer, et le faire une fois approuvé').check();
    await visitor.answer('Lancer');
    await form.waitFor({ state: 'detached' });
    await visitor.openOps();
    await visitor.newest(/deploy redis.*Il manque 1 approbation/s).waitFor();
    await visitor.actAs('Anne');
    await visitor.press('keybuzz_approve', 'Approuver');
    await visitor.newest(/deploy redis.*Terminée.*contrôles : 13 réussis.*Tête du journal/s).waitFor();
    await visitor.openThread();
    expect(await visitor.flaws()).toEqual([]);
    await visitor.closeThread();
    await visitor.actAs('Olga');
    await page.setViewportSize(PHONE);
    await page.getByRole('button', { name: 'Channels and people' }).click();
    await visitor.homeWith(/Changements récents.*Terminée · deploy redis/s);
    expect(await visitor.flaws()).toEqual([]);
    await page.setViewportSize(DESK);
    expect(demo.wrong).toEqual([]);
  }, 120_000);
});
