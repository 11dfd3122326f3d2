import { expect, it } from '@jest/globals';
import type { Answer, CheckResult, Module } from '../../src/modules/contract.ts';
import { publishFaults, type Fixture } from './checks-page.ts';
import type { Fleet } from './fleet.ts';
import { until } from './process.ts';

// The table check x fault of docs/checks.md, which is written by the tests of test/fleet. To add a module (or a variant):
//
// 1. Write test/fleet/<module>-faults.ts with two lists: FAULTS, what is done to a host and exactly what it turns, and
//    FIXTURES, the checks that nothing can turn on these hosts, each with the unit test that shows it instead.
//    Every check of the module is in one of them: test/modules/checks-page.test.ts asks.
// 2. In the module's fleet test, inside the `describe` whose hosts are deployed and healthy by then:
//      describeFaults({ module, faults: FAULTS, fixtures: FIXTURES, open: () => ({ fleet, ask, hostOf }) });
//    That makes one test for each fault, and one that compares the module's section of docs/checks.md with what was seen.
// 3. `KEYBUZZ_WRITE_CHECKS=1 npm run test:fleet -- test/fleet/<module>.test.ts` writes the section. Commit it. If the module
//    stands in UNWRITTEN of checks-page.ts, take it out there.
//
// A fault must hold until it is taken back: the answers are asked until they are the expected ones twice in a row.

/**
 * A way to break or mend a host: shell run there as root (not over SSH), or its cable cut and plugged in again. Where no host
 * is needed, what is done to its stand-in.
 */
export type Act = string | { cable: 'cut' | 'plugged' } | (() => void);

/** Something done to a host by hand, and what it must turn. */
export interface InjectedFault {
  /** As people read it in docs/checks.md: "a replica's Redis stopped". Once in a section. */
  title: string;
  /** A host's name, or whatever the module's test resolves when its turn comes: "leader", "replica". */
  on: string;
  make: Act;
  /** Must give back what was there: the next fault begins once every check answers as before. */
  undo: Act;
  /** Exactly the checks that turn, and to what; every other must go on answering as before. */
  turns: Readonly<Record<string, Answer>>;
}

/** What the test gives: asked when the first fault's turn comes, as its hosts are opened in `beforeAll`. */
export interface Injectable {
  /** Left out where every act is done to a stand-in. */
  fleet?: Pick<Fleet, 'exec' | 'linkDown' | 'linkUp'>;
  /** All of the module's checks, asked once. */
  ask: () => Promise<readonly CheckResult[]>;
  /** The host that a fault's `on` means just now; left out: it is a host's name already. */
  hostOf?: (on: string) => Promise<string>;
}

export interface DescribedFaults {
  module: Module;
  /** Names the section when a module has several, as with another store: `etcd3`. */
  variant?: string;
  /** What people must know of how it was shown: a stand-in in the place of the real thing. */
  note?: string;
  /** Who wrote the section, from the root of the repository; `test/fleet` unless told. */
  writer?: string;
  faults: readonly InjectedFault[];
  fixtures: readonly Fixture[];
  open: () => Injectable;
  /** Longest time until a fault shows, and until all is well again, ms. */
  patienceMs?: number;
  /** Time between two questions, ms. */
  askAgainMs?: number;
}

const PATIENCE_MS = 90_000;
const ASK_AGAIN_MS = 500;

/** A fault may make a whole round of questions wait for one host. */
const TEST_MS = 300_000;

type Answers = Readonly<Record<string, Answer>>;

async function answersOf({ ask }: Injectable): Promise<Answers> {
  return Object.fromEntries((await ask()).map(({ check, answer }) => [check, answer]));
}

async function act({ fleet }: Injectable, host: string, what: Act): Promise<void> {
  if (typeof what === 'function') {
    what();
    return;
  }
  if (fleet === undefined) throw new Error(`${host} is no host of a fleet.`);
  if (typeof what !== 'string') {
    await (what.cable === 'cut' ? fleet.linkDown(host) : fleet.linkUp(host));
    return;
  }
  const { exitCode, stdout, stderr } = await fleet.exec(host, what);
  if (exitCode !== 0) throw new Error(`${what} on ${host}: exit ${exitCode}: ${stdout}${stderr}`);
}

const isEqual = (one: Answers, other: Answers): boolean =>
  Object.keys({ ...one, ...other }).every((check) => one[check] === other[check]);

/** How long to wait for answers, and how often to ask. */
type Patience = Required<Pick<DescribedFaults, 'patienceMs' | 'askAgainMs'>>;

/** Asks until the answers are the wanted ones so many times in a row; gives the last ones, whatever they are. */
async function askUntil(
  at: Injectable,
  wanted: Answers,
  inARow: number,
  { patienceMs, askAgainMs }: Patience,
): Promise<Answers> {
  let [last, times]: [Answers, number] = [{}, 0];
  const isThere = async () => {
    last = await answersOf(at);
    times = isEqual(last, wanted) ? times + 1 : 0;
    return times >= inARow || undefined;
  };
  await until('the expected answers', patienceMs, isThere, askAgainMs).catch((error: unknown) => {
    if (Object.keys(last).length === 0) throw error;
  });
  return last;
}

/** One test for each fault, and one that compares (or writes) the section of docs/checks.md. See the head of this file. */
export function describeFaults(described: DescribedFaults): void {
  const { module, faults, fixtures, open, note, writer = 'test/fleet' } = described;
  const patience = {
    patienceMs: described.patienceMs ?? PATIENCE_MS,
    askAgainMs: described.askAgainMs ?? ASK_AGAIN_MS,
  };
  const section = [module.name, described.variant].filter((word) => word !== undefined).join(' with ');
  const seen: { title: string; turned: Answers }[] = [];
  let healthy: Answers | undefined;

  it.each(faults)(
    `$title: turns exactly its checks of ${section}`,
    async ({ title, on, make, undo, turns }) => {
      const at = open();
      healthy ??= await answersOf(at);
      const before = healthy;
      const host = await (at.hostOf?.(on) ?? Promise.resolve(on));
      await act(at, host, make);
      const after = await askUntil(at, { ...before, ...turns }, 2, patience);
      await act(at, host, undo);
      const turned = Object.fromEntries(Object.entries(after).filter(([check, answer]) => before[check] !== answer));
      expect(turned).toEqual(turns);
      seen.push({ title, turned });
      expect(await askUntil(at, before, 1, patience)).toEqual(before);
    },
    TEST_MS,
  );

  it(`is told in docs/checks.md as it was seen: ${section}`, () => {
    expect(seen.map(({ title }) => title)).toEqual(faults.map(({ title }) => title));
    const checks = module.checks.map(({ id }) => id);
    publishFaults({ section, writer, note, checks, healthy: healthy ?? {}, seen, fixtures });
  });
}
