import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HOME_ACTION_IDS } from '../../src/bot/views/home.ts';
import { startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { openAlertBench } from './alert-bench.ts';

let redis: PrivateRedis;
let bench: Awaited<ReturnType<typeof openAlertBench>>;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  bench = await openAlertBench(redis);
  bench.slack.person('operator').setLocale('en-GB');
  bench.slack.person('viewer').setLocale('fr-FR');
});
afterEach(() => bench.close());

const acksOfEvents = () => bench.slack.calls('events_api').filter(({ kind }) => kind === 'ack').length;

const homeWith = (person: string, text: string) =>
  bench.slack.waitFor(() => JSON.stringify(bench.slack.home(person) ?? {}).includes(text));

const homeOf = (person: string) =>
  bench.slack.waitFor(() => {
    const view = bench.slack.home(person);
    return view === undefined ? undefined : JSON.stringify(view);
  });

async function answerTo(person: string, command: string, holds: string) {
  await bench.slack.person(person).command('#ops', '/keybuzz', command);
  return bench.slack.waitFor(() => bench.slack.ephemerals(person).find(({ text }) => text.includes(holds)));
}

describe('Two people with different languages', () => {
  it('have each their own home tab and forms', async () => {
    for (const name of ['operator', 'viewer']) await bench.slack.person(name).openHome();
    expect(await homeOf('operator')).toContain('Recent changes');
    expect(await homeOf('viewer')).toContain('Changements récents');

    const viewer = bench.slack.person('viewer');
    const home = bench.slack.home('viewer');
    if (home === undefined) throw new Error('no home tab');
    await viewer.clickInView(home, HOME_ACTION_IDS.silence);
    const form = await bench.slack.waitFor(() => bench.slack.modals('viewer')[0]);
    expect(JSON.stringify(form)).toContain("Jusqu'à quand faut-il garder le silence ?");
    const refused = await viewer.submitView(form, { module: 'redis', until: 1 });
    expect(JSON.stringify(refused)).toContain('Choisissez un moment à venir.');
  });

  it('are answered each in their own, with what they may not do and what they mistyped', async () => {
    await answerTo('operator', 'deplo redis', 'There is no command');
    await answerTo('viewer', 'deplo redis', "Il n'y a pas de commande `deplo`.");
    await answerTo('viewer', 'deploy redis', "n'a pas le droit à ceci : deploy redis.");
    await answerTo('viewer', 'help', 'Lister les exécutions les plus récentes');
  });

  it('are answered in another as soon as they have chosen it, and the home tab they look at follows', async () => {
    const viewer = bench.slack.person('viewer');
    await viewer.openHome();
    await homeWith('viewer', 'Changements récents');
    viewer.setLocale('en-US');
    await homeWith('viewer', 'Recent changes');
    await answerTo('viewer', 'deplo redis', 'There is no command');
  });

  it('have no home tab drawn that they did not open, whatever changes about them', async () => {
    await bench.slack.person('operator').openHome();
    await homeWith('operator', 'Recent changes');
    for (const name of ['viewer', 'operator']) bench.slack.person(name).setLocale('fr-CA');
    await homeWith('operator', 'Changements récents');
    expect(bench.slack.home('viewer')).toBeUndefined();
  });

  it('read on in what they last read when Slack does not answer what they have chosen now', async () => {
    await answerTo('viewer', 'deplo redis', "Il n'y a pas de commande");
    bench.slack.fault({ method: 'users.info', kind: '500', times: Infinity });
    const [asked, acked] = [bench.slack.calls('users.info').length, acksOfEvents()];
    bench.slack.admin.changeUser('viewer', { real_name: 'Victor' });
    await bench.slack.waitFor(() => acksOfEvents() > acked);
    await answerTo('viewer', 'stauts redis', "Il n'y a pas de commande `stauts`.");
    expect(bench.slack.calls('users.info').length).toBeGreaterThan(asked);
  });

  it('read what they have chosen also when Slack still owes an answer from before', async () => {
    bench.slack.fault({ method: 'users.info', kind: 'timeout' });
    await answerTo('viewer', 'deplo redis', 'There is no command');
    const acked = acksOfEvents();
    bench.slack.person('viewer').setLocale('fr-CA');
    await bench.slack.waitFor(() => acksOfEvents() > acked);
    await answerTo('viewer', 'stauts redis', "Il n'y a pas de commande `stauts`.");
  });

  it('read English where Slack does not tell', async () => {
    bench.slack.fault({ method: 'users.info', kind: '500' });
    await answerTo('viewer', 'deplo redis', 'There is no command');
  });
});
