import { describe, expect, it } from '@jest/globals';
import { complete } from '../../src/commands/complete.ts';
import { COMMAND_VERBS } from '../../src/commands/command-spec.ts';
import { COMMANDS, specOf, usageOf } from '../../src/commands/definitions.ts';
import { parse, vocabularyOf } from '../../src/commands/grammar.ts';
import { CommandError } from '../../src/errors.ts';
import { inventory, modules } from './fakes.ts';

const vocabulary = vocabularyOf(inventory.hosts, modules);
const read = (text: string) => parse(text, vocabulary);

function errorOf(text: string): CommandError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error(`${text} was understood`);
}

describe('the definitions', () => {
  it('define every verb once, each with examples that are understood', () => {
    expect(COMMANDS.map(({ verb }) => verb)).toEqual([...COMMAND_VERBS]);
    for (const { verb, examples } of COMMANDS) {
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) expect(read(example).verb).toBe(verb);
    }
  });

  it.each([
    ['logs', 'logs <run> [<step>] [<host>]'],
    ['runs', 'runs [--open] [--limit <n>]'],
    ['plan', 'plan [deploy|failover|drill|migrate|remove] <module|all> [--prune]'],
    ['deploy', 'deploy <module|all> [--prune] [--code <..>] [--override <reason...>] [--break-glass <reason...>]'],
    ['steal', 'steal <lock> <reason...>'],
    ['deny', 'deny <run> <reason...>'],
    ['inventory', 'inventory [role=..|subrole=..|stack=..|host]'],
  ] as const)('show how to type %s', (verb, usage) => {
    expect(usageOf(specOf(verb))).toBe(usage);
  });
});

describe('inventory diff', () => {
  it('is the status of the module that knows the servers at Hetzner, where there is one', () => {
    const known = { ...vocabulary, modules: [...vocabulary.modules, 'lb'] };
    expect(parse('inventory diff', known)).toEqual({ verb: 'status', module: 'lb' });
    expect(() => parse('inventory diff', vocabulary)).toThrow('There is no host `diff`.');
  });
});

describe('parse', () => {
  it.each([
    ['', { verb: 'help', topic: '' }],
    ['  ', { verb: 'help', topic: '' }],
    ['?', { verb: 'help', topic: '' }],
    ['help Deploy', { verb: 'help', topic: 'deploy' }],
    ['help redis', { verb: 'help', topic: 'redis' }],
    ['deploy --help', { verb: 'help', topic: 'deploy' }],
    ['deny --help', { verb: 'help', topic: 'deny' }],
    ['<@U0BOT> deploy redis', { verb: 'deploy', module: 'redis' }],
    ['/keybuzz DEPLOY Redis', { verb: 'deploy', module: 'redis' }],
    ['deploy “redis”', { verb: 'deploy', module: 'redis' }],
    ['deploy ALL', { verb: 'deploy', module: 'all' }],
    ['validate', { verb: 'validate' }],
    ['plan all', { verb: 'plan', planned: 'deploy', module: 'all' }],
    [
      "deploy redis —override we don't wait -- the clock's moved --now",
      { verb: 'deploy', module: 'redis', override: "we don't wait -- the clock's moved --now" },
    ],
    ['deploy redis --override “the clock”', { verb: 'deploy', module: 'redis', override: 'the clock' }],
    [
      'deploy redis --override="late tonight" --prune',
      { verb: 'deploy', module: 'redis', override: 'late tonight', prune: true },
    ],
    [
      'deploy redis --override "it --code burns" --prune',
      { verb: 'deploy', module: 'redis', override: 'it --code burns', prune: true },
    ],
    [
      'failover redis --break-glass "it burns" --code 123456',
      { verb: 'failover', module: 'redis', breakGlass: 'it burns', code: '123456' },
    ],
    ['deploy redis --override "NTP" is moved', { verb: 'deploy', module: 'redis', override: '"NTP" is moved' }],
    ['deploy redis --override=late tonight', { verb: 'deploy', module: 'redis', override: 'late tonight' }],
    ['deploy redis --prune', { verb: 'deploy', module: 'redis', prune: true }],
    ['plan --prune redis', { verb: 'plan', planned: 'deploy', module: 'redis', prune: true }],
    ['plan redis', { verb: 'plan', planned: 'deploy', module: 'redis' }],
    ['plan deploy redis', { verb: 'plan', planned: 'deploy', module: 'redis' }],
    ['plan failover redis', { verb: 'plan', planned: 'failover', module: 'redis' }],
    ['Failover redis', { verb: 'failover', module: 'redis' }],
    ['drill redis', { verb: 'drill', module: 'redis' }],
    ['migrate postgresql', { verb: 'migrate', module: 'postgresql' }],
    ['remove redis', { verb: 'remove', module: 'redis' }],
    ['locks', { verb: 'locks' }],
    [
      'lock Known-Hosts new disk --in redis-02',
      { verb: 'lock', lock: 'known-hosts', reason: 'new disk --in redis-02' },
    ],
    ['unlock haproxy', { verb: 'unlock', lock: 'haproxy' }],
    ['steal redis “its worker burnt”', { verb: 'steal', lock: 'redis', reason: 'its worker burnt' }],
    ['inventory', { verb: 'inventory', selector: {} }],
    ['inventory role=db subrole=postgres', { verb: 'inventory', selector: { role: 'db', subrole: 'postgres' } }],
    ['inventory ROLE=DB', { verb: 'inventory', selector: { role: 'db' } }],
    ['inventory host=redis-01', { verb: 'inventory', selector: { name: 'redis-01' } }],
    ['inventory 10.0.0.123', { verb: 'inventory', selector: { name: 'redis-01' } }],
    ['reboot REDIS-02', { verb: 'reboot', host: 'redis-02' }],
    ['reset redis-02', { verb: 'reset', host: 'redis-02' }],
    ['poweron redis-02', { verb: 'poweron', host: 'redis-02' }],
    ['failover redis', { verb: 'failover', module: 'redis' }],
    [
      'failover postgresql --emergency db-master-01 --break-glass its host burns',
      { verb: 'failover', module: 'postgresql', emergency: 'db-master-01', breakGlass: 'its host burns' },
    ],
    ['enroll <http://mx1.keybuzz.email|mx1.keybuzz.email>', { verb: 'enroll', host: 'mail-mx-01' }],
    ['runs', { verb: 'runs', openOnly: false, limit: 10 }],
    ['runs --limit=3 —open', { verb: 'runs', openOnly: true, limit: 3 }],
    ['runs --limit 50', { verb: 'runs', openOnly: false, limit: 50 }],
    ['show `LUSAB-babad`,', { verb: 'show', run: 'lusab-babad' }],
    ['logs lusab-babad', { verb: 'logs', run: 'lusab-babad', step: '', host: '' }],
    ['logs lusab-babad install redis-02', { verb: 'logs', run: 'lusab-babad', step: 'install', host: 'redis-02' }],
    [
      "deny lusab-babad we don't -- yet --force it",
      { verb: 'deny', run: 'lusab-babad', reason: "we don't -- yet --force it" },
    ],
    ['deny lusab-babad "not now"', { verb: 'deny', run: 'lusab-babad', reason: 'not now' }],
    ['deny lusab-babad "a" and "b', { verb: 'deny', run: 'lusab-babad', reason: '"a" and "b' }],
  ])('understands %j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each([
    ['delpoy redis', 'Did you mean `deploy`?'],
    ['deploy rediss', 'Did you mean `redis`?'],
    ['deploy postgres', 'Did you mean `postgresql`?'],
    ['enroll redis-1', 'Did you mean `redis-01`?'],
    ['steal hapr0xy why', 'Did you mean `haproxy`?'],
    ['fialover redis', 'Did you mean `failover`?'],
    ['runs --opn', 'Did you mean `--open`?'],
    ['inventory rol=db', 'Did you mean `role`?'],
    ['inventory role=reddis', 'Did you mean `redis`?'],
    ['help deplyo', 'Did you mean `deploy`?'],
  ])('guesses what was meant by %j', (text, fix) => {
    expect(errorOf(text).fix).toContain(fix);
  });

  it.each([
    ['deploy', '`deploy` needs the name of a module', 'Type: deploy <module|all> [--prune] [--code <..>]'],
    ['deploy redis now', '`deploy` does not take `now`', 'Type: deploy <module|all>'],
    ['deploy redis --override', '`--override` needs a reason', 'Type: deploy <module|all>'],
    ['deploy redis --override ""', '`--override` needs a reason', ''],
    ['failover all', 'There is no module `all`', ''],
    ['validate redis', '`validate` does not take `redis`', 'Type: validate'],
    ['status', '`status` needs', '`postgresql`, `redis`'],
    ['approve', '`approve` needs the id of a run', 'Type: approve <run>'],
    ['approve ???', 'is not the id of a run', '`runs` lists them'],
    ['deny lusab-babad', '`deny` needs why', 'Type: deny <run> <reason...>'],
    ['deny lusab-babad ""', '`deny` needs why', ''],
    ['steal redis', '`steal` needs why', 'Type: steal <lock> <reason...>'],
    ['lock redis', '`lock` needs why', 'Type: lock <lock> <reason...>'],
    ['lock', '`lock` needs the name of a lock', '`haproxy`, `known-hosts`, `postgresql`, `redis`'],
    ['unlock redis now', '`unlock` does not take `now`', ''],
    ['runs --limit 0', 'from 1 to 50', ''],
    ['runs --limit', 'from 1 to 50', ''],
    ['runs --open=yes', 'takes no value', ''],
    ['deploy --force redis', 'has no flag `--force`', 'Type: deploy <module|all>'],
    ['deploy "redis', 'is not closed', ''],
    ['deploy redis --override it burns --code 123456', '`--code` stands in the reason of `--override`', 'Type: deploy'],
    ['deploy redis --break-glass it burns --code=123456', '`--code=123456` stands in the reason', ''],
    [
      'deploy redis --override "it burns" --break-glass "it burns"',
      "`--override` and `--break-glass` can't stand together",
      'always needs an approval',
    ],
    ['logs lusab-babad " "', 'can be neither a name nor a code', 'Type: logs'],
    ['logs lusab-babad servers "--open"', 'can be neither a name nor a code', 'Type: logs'],
    ['deploy redis; rm -rf /', 'There is no module `redis;`', ''],
    ['frobnicate', 'There is no command `frobnicate`', '`help` shows all'],
    ['x'.repeat(5000), 'at most 4000', ''],
  ])('refuses %.40j and says how to type it', (text, message, fix) => {
    const error = errorOf(text);
    expect(error.message).toContain(message);
    expect(error.fix).toContain(fix);
  });

  it('takes the only module where reading needs one, and never guesses what to change', () => {
    const single = vocabularyOf(inventory.hosts, modules.slice(0, 1));
    expect(parse('status', single)).toEqual({ verb: 'status', module: 'postgresql' });
    expect(() => parse('deploy', single)).toThrow(CommandError);
  });

  it('never takes a quoted flag for a flag', () => {
    expect(errorOf('runs "--open"').message).toContain('does not take `--open`');
  });
});

describe('complete', () => {
  it.each([
    ['', [...COMMAND_VERBS]],
    ['de', ['deploy', 'deny']],
    ['deploy ', ['postgresql', 'redis', 'all']],
    ['plan ', ['deploy', 'failover', 'drill', 'migrate', 'remove', 'postgresql', 'redis', 'all']],
    ['unlock k', ['known-hosts']],
    ['plan deploy r', ['redis']],
    ['enroll redis-', ['redis-01', 'redis-02', 'redis-03']],
    ['inventory role=red', ['role=redis']],
    ['inventory role=redis stack=hap', ['stack=haproxy']],
    ['runs --', ['--open', '--limit']],
    ['approve ', ['lusab-babad']],
    ['frobnicate ', []],
    ['whoami ', []],
  ])('offers after %j what fits', (text, expected) => {
    expect(complete(text, vocabulary, ['lusab-babad'])).toEqual(expected);
  });
});
