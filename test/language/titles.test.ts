import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { notesOf } from '../../src/bot/notes.ts';
import { replyMessage } from '../../src/bot/views/reply.ts';
import { rootMessage } from '../../src/bot/views/root.ts';
import { homeView } from '../../src/bot/views/home.ts';
import { aftermath } from '../../src/commands/aftermath.ts';
import { help } from '../../src/commands/help.ts';
import { planOf as planFor } from '../../src/commands/plan.ts';
import { loadInventory } from '../../src/inventory.ts';
import { reduce, type RunState } from '../../src/jobs/index.ts';
import { english, wordingOf } from '../../src/language/index.ts';
import { filled } from '../../src/language/fr/modules/filled.ts';
import { parts } from '../../src/language/fr/modules/index.ts';
import { isChange, type Plan } from '../../src/modules/contract.ts';
import { assembleScript, MODULES } from '../../src/modules/index.ts';
import { stepsOf } from '../../src/modules/steps.ts';
import { progressLines } from '../../src/terminal/follow.ts';
import { renderReply } from '../../src/terminal/render.ts';
import { holds } from '../bot/views/holds.ts';
import { policy } from '../commands/fakes.ts';
import { logOf, requested } from '../helpers/runs.ts';
import { PLAIN } from '../terminal/fixtures.ts';

const french = wordingOf('fr');
const inventory = loadInventory(join(import.meta.dirname, '../../inventory/servers.tsv'));
const hashOf = (script: string): string => assembleScript(script).hash;
const hosts = inventory.hosts.map(({ name }) => name);

const planned = (command: object): Plan =>
  planFor(command as Parameters<typeof planFor>[0], { inventory, modules: MODULES, hashOf }).plan;

/** Names that are the same in both languages. */
const SAME: readonly string[] = [
  ...['PostgreSQL', 'Redis', 'RabbitMQ', 'MinIO', 'MariaDB Galera', 'ProxySQL', 'K3s', 'Quorum', 'sshd'],
  ...['Ingress', 'Services'],
];

const STATED = MODULES.flatMap((module) => [module.title, ...module.checks.map(({ title }) => title)]);

const PLANS: Plan[] = [
  ...MODULES.map(({ name }) => planned({ verb: 'status', module: name })),
  ...MODULES.filter(({ verbs }) => verbs.includes('deploy')).flatMap(({ name, prunes }) => [
    planned({ verb: 'deploy', module: name, override: undefined }),
    planned({ verb: 'deploy', module: name, override: 'it must be' }),
    ...(prunes === true ? [planned({ verb: 'deploy', module: name, prune: true })] : []),
  ]),
  ...['it must be', undefined].map((override) => planned({ verb: 'deploy', module: 'all', override })),
  planned({ verb: 'validate' }),
  ...['reboot', 'reset', 'poweron'].map((verb) => planned({ verb, host: 'redis-01' })),
  planned({ verb: 'enroll', host: 'redis-01' }),
  planned({ verb: 'steal', lock: 'redis' }),
  planned({ verb: 'failover', module: 'postgresql', emergency: 'db-master-01' }),
];

const STEPS = [
  ...MODULES.flatMap((module) => module.verbs.flatMap((verb) => stepsOf(module, verb, inventory, hashOf))),
  ...PLANS.flatMap(({ steps }) => steps),
].map(({ title }) => title);

const STAGES = PLANS.flatMap(({ stages = [] }) => stages.map(({ title }) => title));

const TITLES = [...new Set([...STATED, ...STEPS, ...STAGES])];

/** A load balancer's own name and address. */
const isName = (title: string): boolean => SAME.includes(title) || /^lb-\S+ \([\d.]+\)$/.test(title);

/** The names of hosts and the numbers of a title, in a fixed order. */
const filledIn = (title: string): string[] => {
  const words = title.match(/[a-z0-9][\w-]*/gi) ?? [];
  return words.filter((word) => hosts.includes(word) || /^\d+$/.test(word)).sort();
};

const withoutModule = (title: string): string => title.replace(/^[a-z0-9]+: /, '');

describe('The titles that modules and plans bring', () => {
  it('are many, and in English as they stand', () => {
    expect(TITLES.length).toBeGreaterThan(250);
    expect(TITLES.map(english.titled)).toEqual(TITLES);
  });

  it('all have their French, but for names', () => {
    expect(TITLES.filter((title) => !isName(title) && french.titled(title) === title)).toEqual([]);
    expect(TITLES.map(withoutModule).filter((title) => !isName(title) && french.titled(title) === title)).toEqual([]);
  });

  it('keep hosts and numbers', () => {
    expect(TITLES.map((title) => filledIn(french.titled(title)))).toEqual(TITLES.map(filledIn));
  });

  it('are not cut where they are shown, and written as French is printed', () => {
    const told = TITLES.map(french.titled);
    expect(told.filter((title) => withoutModule(title).length > 120)).toEqual([]);
    expect(told.filter((title) => /\S[:;?](?=\s)|"|’/.test(title))).toEqual([]);
  });

  it('have no French without its English, and each English once', () => {
    const plain = TITLES.map(withoutModule);
    const keys = Object.values(parts).flatMap((part) => Object.keys(part));
    expect(keys.filter((key) => !plain.includes(key))).toEqual([]);
    expect(keys).toHaveLength(new Set(keys).size);
    expect(filled.filter(([pattern]) => !plain.some((title) => pattern.test(title)))).toEqual([]);
  });

  it('are told as they are when nobody knows them: a run of an older version still shows', () => {
    for (const title of ['Install Redis 6', 'redis-01: odd', 'constructor', '']) {
      expect(french.titled(title)).toBe(title);
    }
    expect(french.titled('redis: Install Redis 6')).toBe('redis : Install Redis 6');
  });
});

const ID = 'lusab-babad';

/** A run of the plan, each of its steps done. */
function runOf(plan: Plan): { events: ReturnType<typeof logOf>; state: RunState } {
  const done = plan.steps.flatMap(({ id: step }) => [
    { type: 'step.started' as const, step, attempt: 1 },
    { type: 'step.finished' as const, step, outcome: 'ok' as const, reason: '', fix: '' },
  ]);
  const events = logOf([requested(plan), ...done]);
  const state = reduce(ID, events);
  if (state === undefined) throw new Error('The run has no beginning.');
  return { events, state };
}

describe('A French reader', () => {
  const style = { ...PLAIN, columns: 400, say: french };

  it.each(['failover', 'status'])('reads the steps of %s in French: message, thread, answer, terminal', (verb) => {
    const plan = planned({ verb, module: 'redis' });
    const { events, state } = runOf(plan);
    const reads = (shown: unknown): void => {
      const text = JSON.stringify(shown);
      for (const { title } of plan.steps) {
        expect(text).toContain(french.titled(title));
        expect(text).not.toContain(title);
      }
    };
    const root = rootMessage(state, '', french);
    holds(root);
    reads(root);
    // What only asks has its answer in the message itself.
    if (verb !== 'status') reads(notesOf(ID, events, french).map(({ message }) => message));
    reads(replyMessage({ kind: 'run', state, events }, french));
    reads(renderReply({ kind: 'run', state, events }, style));
    reads(progressLines(undefined, state, style));
  });

  it('reads what was not done in French when a run ends short', () => {
    const plan = planned({ verb: 'deploy', module: 'redis' });
    const [asked] = plan.steps;
    const work = plan.steps.find(isChange);
    const host = 'redis-01';
    const events = logOf([
      requested(plan),
      { type: 'step.started', step: work?.id ?? '', attempt: 1 },
      { type: 'host.started', step: work?.id ?? '', host, attempt: 1, work: 1 },
      { type: 'run.ended', ending: 'cancelled', reason: '', fix: '' },
    ]);
    const state = reduce(ID, events);
    if (state === undefined) throw new Error('The run has no beginning.');
    const told = aftermath(state, french).join('\n');
    expect(told).toContain(french.titled(asked?.title ?? ''));
    for (const { title } of plan.steps) expect(told).not.toContain(title);
  });

  it('reads the modules in French on the home tab', () => {
    const now = '2026-01-01T00:00:00.000Z';
    const modules = MODULES.map(({ name, title }) => ({ name, title, monitored: undefined, snapshot: undefined }));
    const view = JSON.stringify(homeView({ now, modules, alerts: [], open: [], prompts: [], recent: [] }, french));
    expect(view).toContain('*Répartiteurs de charge Hetzner*');
    expect(view).not.toContain('Hetzner load balancers');
  });

  it('reads the checks of a module in French in its help', () => {
    const person = { id: 'olga', name: 'Olga' };
    const actor = { person, isMapped: true, roles: [], via: 'terminal' as const, account: undefined };
    const { title, notes } = help('base', { policy, actor, modules: MODULES, say: french });
    expect(title).toBe('base : Socle système et sécurité');
    expect(notes.join()).toContain('Les services du socle tournent');
    expect(notes.join()).not.toContain('Base services run');
  });
});
