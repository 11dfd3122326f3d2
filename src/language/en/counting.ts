/** One and many of everything that is counted. */
const nouns = {
  alert: ['alert', 'alerts'],
  approval: ['approval', 'approvals'],
  change: ['change', 'changes'],
  check: ['check', 'checks'],
  command: ['command', 'commands'],
  diff: ['diff', 'diffs'],
  entry: ['entry', 'entries'],
  event: ['event', 'events'],
  fault: ['fault', 'faults'],
  host: ['host', 'hosts'],
  line: ['line', 'lines'],
  lock: ['lock', 'locks'],
  module: ['module', 'modules'],
  role: ['role', 'roles'],
  run: ['run', 'runs'],
  seal: ['seal', 'seals'],
  sentence: ['sentence', 'sentences'],
  step: ['step', 'steps'],
  trouble: ['trouble', 'troubles'],
} as const satisfies Record<string, readonly [one: string, many: string]>;

/** What can be counted. */
export type Noun = keyof typeof nouns;

export const counting = {
  /** Between a thing and what is said of it. */
  colon: ': ',
  /** Between two things that were found. */
  semicolon: '; ',
  /** "1 host", "3 hosts". */
  count: (number: number, noun: Noun): string => `${number} ${nouns[noun][number === 1 ? 0 : 1]}`,
  /** "3 more hosts": what a list leaves out. */
  more: (number: number, noun: Noun): string => `${number} more ${nouns[noun][number === 1 ? 0 : 1]}`,
  /** Names, and how many are left out behind them. */
  andMore: (names: string, more: number): string => (more > 0 ? `${names} and ${more} more` : names),
  linesAbove: (number: number): string => `… ${counting.count(number, 'line')} more above`,
  earlierEvents: (number: number): string => `… ${number} earlier ${nouns.event[number === 1 ? 0 : 1]}`,
};
