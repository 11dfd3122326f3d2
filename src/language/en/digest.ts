import { counting } from './counting.ts';

/** The digest of the day: what it says of modules, changes, alerts and what is due. */
export const digest = {
  head: 'Digest of the platform',
  fallback: (summary: string): string => `Digest: ${summary}`,
  asOf: (time: string): string => `As of ${time}. Type \`digest\` to see it as it is now.`,
  asOfShort: (summary: string, time: string): string => `${summary} · as of ${time}`,
  days: (days: number): string => `${days} days`,
  notAsked: (module: string): string => `${module}: not asked yet`,
  asked: (age: string, isOld: boolean): string => `asked ${age} ago${isOld ? ', which is old' : ''}`,
  trouble: (module: string, why: string, asked: string): string => `${module}: could not be asked: ${why} (${asked})`,
  pass: (module: string, passing: number, checks: number): string => `${module}: ${passing} of ${checks} pass`,
  change: (what: {
    modules: string;
    command: string;
    person: string;
    state: string;
    age: string;
    run: string;
  }): string => `${what.modules}: ${what.command} by ${what.person}, ${what.state} ${what.age} ago, run ${what.run}`,
  nothingKept: 'No answers of a day before are kept yet: the daily digest keeps them (KEYBUZZ_DIGEST_AT).',
  turned: (module: string, check: string, from: string, to: string): string =>
    `${module}: ${check} was ${from}, is ${to}`,
  mayBeMore: 'There may be more: only the newest runs were looked at.',
  changed: (age: string): string => `Changed in the last ${age}`,
  unchanged: 'No check answers otherwise, no run changed anything.',
  alert: (what: {
    id: string;
    severity: string;
    age: string;
    who: string;
    silenced: boolean;
    checks: string;
  }): string =>
    `${what.id}: ${what.severity} for ${what.age}${what.who === '' ? '' : `, ${what.who}`}${what.silenced ? ', silenced' : ''}: ${what.checks}`,
  waitsFor: {
    approval: 'waits for approval',
    interrupted: 'is interrupted: resume or abandon it',
    review: 'broke the glass: somebody else must review it',
  },
  waiting: (what: { run: string; for: string; command: string; person: string; age: string }): string =>
    `${what.run} ${what.for}: ${what.command} by ${what.person}, ${what.age} ago`,
  never: (names: string): string => `never, as far as our logs go: ${names}`,
  upkeep: (what: string, told: string): string => `${what}: ${told}`,
  moved: (number: number): string => `${number} moved in the last 30 days`,
  old: ' (an old answer)',
  topics: { certificates: 'Certificates', backups: 'Backups', 'end of life': 'End of life' },
  nothingMonitored:
    'Nothing is monitored yet: start `keybuzz worker` with KEYBUZZ_MONITOR=all or the names of modules.',
  notMonitored: (names: string): string => `The monitor does not ask: ${names}`,
  parts: {
    waiting: 'Waiting for people',
    alerts: 'Alerts',
    modules: 'Modules',
    moves: 'Failovers and drills',
  },
  summaryModules: (modules: number, answers: string): string =>
    modules === 0 ? 'nothing monitored' : `${counting.count(modules, 'module')}: ${answers}`,
  summaryAlerts: (alerts: number): string => (alerts === 0 ? 'nothing alerts' : counting.count(alerts, 'alert')),
  summaryWaiting: (runs: number): string =>
    runs === 0 ? 'no run waits for people' : `${counting.count(runs, 'run')} waiting for people`,
};
