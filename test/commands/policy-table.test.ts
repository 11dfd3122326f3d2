import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { english } from '../../src/language/index.ts';
import { createExecute } from '../../src/commands/index.ts';
import { explain } from '../../src/commands/explain.ts';
import type { Explanation } from '../../src/commands/reply.ts';
import { parse, vocabularyOf } from '../../src/commands/grammar.ts';
import { personOfLogin, personOfSlack } from '../../src/commands/policy.ts';
import { BusyError, CommandError, RefusedError } from '../../src/errors.ts';
import { MODULES } from '../../src/modules/index.ts';
import {
  inventory,
  policy,
  policyIn,
  RUN,
  VISITORS,
  worldOf,
  type Circumstances,
  type Visitor,
} from './policy-world.ts';

/** `KEYBUZZ_WRITE_TABLE=1 npm test -- test/commands/policy-table.test.ts` writes it anew; read the difference. */
const FILE = join(import.meta.dirname, 'policy-table.tsv');

const CALM = [
  ...['help', 'whoami', 'inventory', 'runs', 'locks', 'alerts', 'digest', 'validate', 'status redis', 'plan redis'],
  ...['deploy redis', 'deploy all', 'deploy redis --override it is urgent', 'test redis', 'failover redis'],
  ...['drill redis', 'drill postgresql', 'remove redis', 'migrate postgresql', 'enroll redis-01', 'steal redis why'],
  ...['poweron redis-01', 'failover postgresql --emergency db-master-01'],
  ...['lock redis why', 'unlock redis', 'lock haproxy why', 'ack redis', 'silence redis 1h', 'unsilence redis'],
  ...['policy check olga deploy redis', 'reviews', 'audit', 'freeze', 'unfreeze'],
  ...['totp enrol', 'totp confirm 123456', 'totp forget tom', 'totp forget olga'],
];
const IN_STANDSTILL = [
  ...['status redis', 'plan redis', 'deploy redis', 'failover redis', 'failover redis --break-glass it burns'],
  'failover redis --code 123456 --break-glass it burns',
  ...['remove redis --break-glass it burns', 'enroll redis-01', 'lock redis why', 'freeze', 'unfreeze'],
];
const ABOUT_LOCKS = ['deploy redis', 'test redis', 'lock redis why', 'unlock redis', 'steal redis why'];
const ABOUT_RUNS = ['show', 'approve', 'deny', 'cancel', 'resume', 'abandon', 'review'].map((verb) =>
  verb === 'deny' ? `${verb} ${RUN} no` : `${verb} ${RUN}`,
);
const DEPLOY = { verb: 'deploy', module: 'redis' } as const;
const REMOVE = { verb: 'remove', module: 'redis' } as const;
const DRILL = { verb: 'drill', module: 'redis' } as const;

const SCENES: { circumstances: Circumstances; commands: readonly string[] }[] = [
  { circumstances: { name: 'calm' }, commands: CALM },
  {
    circumstances: { name: 'redis locked by Marc', lock: { run: '', ownerId: 'marc', owner: 'Marc Lefèvre' } },
    commands: ABOUT_LOCKS,
  },
  {
    circumstances: { name: 'redis locked by a run', lock: { run: RUN, ownerId: '', owner: 'Marc Lefèvre' } },
    commands: ABOUT_LOCKS,
  },
  { circumstances: { name: 'pending', run: { command: DEPLOY, is: 'pending' } }, commands: ABOUT_RUNS },
  {
    circumstances: { name: 'own, pending', run: { command: DEPLOY, is: 'pending', isOwn: true } },
    commands: ABOUT_RUNS,
  },
  { circumstances: { name: 'expired', run: { command: DEPLOY, is: 'expired' } }, commands: ABOUT_RUNS },
  {
    circumstances: { name: 'removal pending', run: { command: REMOVE, is: 'pending' } },
    commands: [...ABOUT_RUNS, `approve ${RUN} --code 123456`],
  },
  { circumstances: { name: 'drill pending', run: { command: DRILL, is: 'pending' } }, commands: ABOUT_RUNS },
  { circumstances: { name: 'interrupted', run: { command: DEPLOY, is: 'interrupted' } }, commands: ABOUT_RUNS },
  { circumstances: { name: 'frozen by Marc', still: 'frozen' }, commands: IN_STANDSTILL },
  { circumstances: { name: 'in a window', still: 'window' }, commands: IN_STANDSTILL },
  {
    circumstances: { name: 'frozen, pending', still: 'frozen', run: { command: DEPLOY, is: 'pending' } },
    commands: ABOUT_RUNS,
  },
  {
    circumstances: { name: 'window, interrupted', still: 'window', run: { command: DEPLOY, is: 'interrupted' } },
    commands: ABOUT_RUNS,
  },
  {
    circumstances: { name: 'broke the glass, ended', run: { command: DEPLOY, is: 'ended', isBroken: true } },
    commands: ABOUT_RUNS,
  },
  {
    circumstances: { name: 'own, broke, ended', run: { command: DEPLOY, is: 'ended', isBroken: true, isOwn: true } },
    commands: [`review ${RUN}`],
  },
  { circumstances: { name: 'ended', run: { command: DEPLOY, is: 'ended' } }, commands: ABOUT_RUNS },
];

const caller = ({ identity }: Visitor) => ({ identity, channel: 'C0OPS', interaction: 'i' });

async function explainTo(visitor: Visitor, circumstances: Circumstances, text: string): Promise<Explanation> {
  const { identity } = visitor;
  const actor =
    identity.via === 'slack'
      ? personOfSlack(policy, identity.userId, identity.teamId, identity.homeTeam)
      : personOfLogin(policy, identity.login);
  const given = { now: policyIn(circumstances), actor, caller: caller(visitor), say: english };
  const turn = { ...worldOf(visitor, circumstances), ...given };
  return explain(turn, parse(text, vocabularyOf(inventory.hosts, MODULES)));
}

/** The sentence that somebody is refused with who really gives the command; undefined: it is carried out. */
async function refusalOf(visitor: Visitor, circumstances: Circumstances, text: string): Promise<string | undefined> {
  try {
    await createExecute(worldOf(visitor, circumstances))(text, caller(visitor));
    return undefined;
  } catch (error) {
    if (error instanceof RefusedError || error instanceof BusyError) return error.message;
    // Nothing alerts in this world; whether they might have is decided before that.
    if (error instanceof CommandError && error.code === 'KEYBUZZ_ALERT_UNKNOWN') return undefined;
    throw error;
  }
}

interface Row {
  visitor: Visitor;
  circumstances: Circumstances;
  command: string;
}

const ROWS: Row[] = SCENES.flatMap(({ circumstances, commands }) =>
  VISITORS.flatMap((visitor) => commands.map((command) => ({ visitor, circumstances, command }))),
);

describe('the policy that ships', () => {
  it('decides people, commands, targets and circumstances as the committed table says', async () => {
    const lines = await Promise.all(
      ROWS.map(async ({ visitor, circumstances, command }) => {
        const { decision, code, sentence } = await explainTo(visitor, circumstances, command);
        return [visitor.name, circumstances.name, command, decision, code, sentence].join('\t');
      }),
    );
    const table = `${['person', 'state', 'command', 'decision', 'code', 'sentence'].join('\t')}\n${lines.join('\n')}\n`;
    if (process.env.KEYBUZZ_WRITE_TABLE !== undefined) writeFileSync(FILE, table);
    expect(lines.length).toBeGreaterThanOrEqual(300);
    expect(table.split('\n')).toEqual(readFileSync(FILE, 'utf8').split('\n'));
  });

  it('is explained as it is carried out: refused with the same words, or not refused', async () => {
    const different: string[] = [];
    for (const { visitor, circumstances, command } of ROWS) {
      const { decision, sentence } = await explainTo(visitor, circumstances, command);
      const refused = await refusalOf(visitor, circumstances, command);
      const told = decision === 'refused' ? sentence : undefined;
      if (told !== refused) different.push(`${visitor.name}, ${circumstances.name}, ${command}: ${told} / ${refused}`);
    }
    expect(different).toEqual([]);
  }, 180_000);
});
