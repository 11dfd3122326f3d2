import { describe, expect, it } from '@jest/globals';
import { digestOf, type DigestFacts } from '../../src/commands/digest.ts';
import { digestSections, digestSummary } from '../../src/commands/digest-lines.ts';
import type { Snapshot } from '../../src/jobs/snapshots.ts';
import { MODULES } from '../../src/modules/index.ts';
import type { Answer } from '../../src/modules/contract.ts';
import { hostState, runState, stepState, WAITING } from '../terminal/fixtures.ts';
import { open } from './doors.ts';

const NOW = '2026-03-02T08:00:00.000Z';
const YESTERDAY = '2026-03-01T08:00:00.000Z';
const EVERY_MS = 30_000;

function snapshot(module: string, answers: Record<string, Answer>, over: Partial<Snapshot> = {}): Snapshot {
  const results = Object.entries(answers).map(([check, answer]) => ({
    check,
    answer,
    value: '',
    text: `${check} says`,
  }));
  return { module, at: '2026-03-02T07:59:50.000Z', results, silent: [], trouble: '', ...over };
}

function facts(over: Partial<DigestFacts> = {}): DigestFacts {
  return {
    ...{ now: NOW, modules: MODULES, snapshots: [], monitored: [], subjects: [], open: [], unreviewed: [], proofs: [] },
    ...{ runs: { newest: [], isCut: false }, before: undefined },
    ...over,
  };
}

const asking = (...modules: string[]) => modules.map((module) => ({ module, everyMs: EVERY_MS }));

/** What a part of the digest says; undefined: there is no such part. */
function part(given: Partial<DigestFacts>, title: string | RegExp): string[] | undefined {
  const sections = digestSections(digestOf(facts(given)));
  return sections.find((one) => one.title.match(title) !== null)?.lines.map(({ text }) => text);
}

describe('The digest', () => {
  it('says what to do while nothing is monitored', () => {
    expect(part({}, 'Modules')).toEqual([expect.stringContaining('start `keybuzz worker` with KEYBUZZ_MONITOR=all')]);
    expect(digestSummary(digestOf(facts()))).toBe('nothing monitored · nothing alerts · no run waits for people');
  });

  it('says how each module stands and how old that is; what is old, untold or not asked is unknown', () => {
    const given = {
      monitored: asking('redis', 'postgresql', 'minio', 'k3s'),
      snapshots: [
        snapshot('redis', { 'one-master': 'pass', tilt: 'warn' }),
        snapshot('postgresql', { 'one-leader': 'pass' }, { at: '2026-03-02T05:00:00.000Z' }),
        snapshot('minio', {}, { trouble: 'minio.env is not there' }),
        snapshot('rabbitmq', { alarms: 'fail' }),
      ],
    };
    const digest = digestOf(facts(given));
    const answers = Object.fromEntries(digest.modules.map(({ module, answer }) => [module, answer]));
    expect(answers).toEqual({ redis: 'warn', postgresql: 'unknown', minio: 'unknown', k3s: 'unknown' });
    expect(digestSummary(digest)).toMatch(/^4 modules: 3 unknown, 1 warn · /);
    expect(part(given, 'Modules')?.sort()).toEqual([
      'The monitor does not ask: inventory, base, rabbitmq, mariadb, proxysql, lb, apps',
      'k3s: not asked yet',
      'minio: could not be asked: minio.env is not there (asked 10 s ago)',
      'postgresql: 1 of 1 pass, asked 3 h ago, which is old',
      'redis: 1 of 2 pass, asked 10 s ago: tilt',
    ]);
  });

  it('tells which checks answer otherwise than yesterday, and not those that nobody asked then', () => {
    const given = {
      monitored: asking('redis'),
      snapshots: [snapshot('redis', { 'one-master': 'fail', tilt: 'pass', ckquorum: 'pass', memory: 'warn' })],
      before: {
        at: YESTERDAY,
        answers: { redis: { 'one-master': 'pass', tilt: 'unknown', ckquorum: 'pass' } } as const,
      },
    };
    expect(part(given, 'Changed in the last 24 h')).toEqual([
      'redis: one-master was pass, is fail',
      'redis: tilt was unknown, is pass',
    ]);
    expect(part({ ...given, before: undefined }, 'Changed')).toEqual([
      expect.stringContaining('No answers of a day before are kept yet'),
    ]);
    expect(part({ ...given, before: { at: YESTERDAY, answers: {} } }, 'Changed')).toEqual([
      'No check answers otherwise, no run changed anything.',
    ]);
  });

  it('names the runs that changed modules since, and none that only looked or found nothing to change', () => {
    const { plan } = runState();
    const step = {
      ...{
        kind: 'script' as const,
        id: 'install',
        title: 'Install',
        impact: 'disruptive' as const,
        mode: 'change' as const,
      },
      ...{
        script: '',
        scriptHash: '',
        order: 'together' as const,
        work: [],
        secrets: [],
        timeoutSeconds: 1,
        gateSeconds: 0,
      },
    };
    const done = { ending: 'ok' as const, reason: '', fix: '' };
    const ended = (runId: string, endedAt: string, startedAt: string | undefined) =>
      runState({
        ...{ runId, endedAt, status: 'ended', ending: done, plan: { ...plan, steps: [step] } },
        steps: [stepState('install', { startedAt, hosts: [hostState('redis-01')] })],
      });
    const newest = [
      ended('lusab-babad', '2026-03-02T05:00:00.000Z', '2026-03-02T04:00:00.000Z'),
      ended('gutih-tugad', '2026-03-02T05:00:00.000Z', undefined),
      ended('mabif-hivob', '2026-02-28T05:00:00.000Z', '2026-02-28T04:00:00.000Z'),
    ];
    const runs = { newest, isCut: false };
    const before = { at: YESTERDAY, answers: {} };
    expect(part({ runs, before }, 'Changed')).toEqual(['redis: deploy redis by Ada, ok 3 h ago, run lusab-babad']);
    const [, ...others] = newest.map((run) => ({ ...run, requestedAt: '2026-03-02T04:00:00.000Z' }));
    const old = runState({ ...newest[2], requestedAt: '2026-02-28T04:00:00.000Z' });
    expect(part({ runs: { newest: others, isCut: true }, before }, 'Changed')).toEqual([
      'There may be more: only the newest runs were looked at.',
    ]);
    expect(part({ runs: { newest: [...others, old], isCut: true }, before }, 'Changed')).toEqual([
      'No check answers otherwise, no run changed anything.',
    ]);
  });

  it('tells what alerts and for how long, and who is waited for', () => {
    const check = { answer: 'fail' as const, value: '', text: '', since: YESTERDAY, isFlapping: false, turns: 0 };
    const alert = {
      ...{ id: 'redis-12', subject: 'redis', openedAt: '2026-03-02T05:30:00.000Z', alarmedAt: NOW, voided: [] },
      ...{ escalatedAt: [], wasSilenced: false, checks: { 'one-master': { ...check, severity: 'critical' as const } } },
      acknowledged: { person: { id: 'olga', name: 'Olga' }, at: NOW },
    };
    const redis = { subject: 'redis', opened: 12, watches: {}, silent: {}, mute: '', alert };
    const quiet = { ...redis, alert: undefined };
    expect(part({ subjects: [redis, quiet] }, 'Alerts')).toEqual([
      'redis-12: critical for 2 h, Olga looks after it: one-master',
    ]);
    const waiting = runState(WAITING);
    const open = [waiting, runState({ runId: 'gutih-tugad', status: 'interrupted' }), runState({ status: 'running' })];
    expect(part({ open, unreviewed: [runState({ runId: 'mabif-hivob' })] }, 'Waiting')).toEqual([
      'dapod-kivag waits for approval: deploy redis by Ada, 19 h ago',
      'gutih-tugad is interrupted: resume or abandon it: deploy redis by Ada, 19 h ago',
      'mabif-hivob broke the glass: somebody else must review it: deploy redis by Ada, 19 h ago',
    ]);
  });

  it('names primaries of monitored modules that were never moved, or too long ago', () => {
    const proof = (module: string, answer: Answer, value: string) => ({
      ...{ check: `moved-${module}`, answer, value, text: 'drill, run x, 45 days ago, more than 30' },
    });
    const proofs = [
      ...[proof('redis', 'warn', '2026-01-16'), proof('postgresql', 'pass', '2026-03-01')],
      ...[proof('mariadb', 'fail', 'never'), proof('rabbitmq', 'fail', 'never'), proof('k3s', 'fail', 'never')],
    ];
    const monitored = asking('redis', 'postgresql', 'mariadb', 'rabbitmq');
    expect(part({ proofs, monitored }, 'Failovers and drills')).toEqual([
      'never, as far as our logs go: mariadb, rabbitmq',
      'redis: drill, run x, 45 days ago, more than 30',
      '1 moved in the last 30 days',
    ]);
  });

  it('tells of certificates, backups and software at its end also when they pass', () => {
    const given = {
      monitored: asking('k3s', 'postgresql', 'minio'),
      snapshots: [
        snapshot('k3s', { certificates: 'pass', snapshots: 'warn', api: 'pass' }),
        snapshot('postgresql', { backup: 'pass', 'dcs-supported': 'warn' }, { at: YESTERDAY }),
        snapshot('minio', { 'end-of-life': 'warn', disk: 'pass' }),
      ],
    };
    expect(part(given, 'Certificates')).toEqual(['k3s: Certificates: certificates says']);
    expect(part(given, 'Backups')).toEqual([
      'postgresql: Backup: backup says (an old answer)',
      'k3s: Snapshots of etcd: snapshots says',
    ]);
    expect(part(given, 'End of life')).toHaveLength(2);
    const backups = digestSections(digestOf(facts(given))).find(({ title }) => title === 'Backups');
    expect(backups?.lines.map(({ answer }) => answer)).toEqual(['unknown', 'warn']);
  });
});

describe('`digest`', () => {
  it('is for whom a rule lets read it, and starts no run', async () => {
    const { engine, slack, terminal } = open();
    await expect(slack('U0RITA', 'digest')).rejects.toThrow('Rita Brun may not read the digest.');
    expect(await terminal('root', 'digest')).toMatchObject({ kind: 'digest', digest: { unasked: ['postgresql'] } });
    expect(engine.started).toEqual([]);
  });
});
