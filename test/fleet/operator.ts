import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Message } from '../../sandbox/slack/index.ts';
import type { EventBody } from '../../src/jobs/events.ts';
import { loadInventory } from '../../src/inventory.ts';
import type { CheckResult, Module } from '../../src/modules/contract.ts';
import { MODULES } from '../../src/modules/index.ts';
import { isOver, readable, type Started } from '../helpers/deployment.ts';
import { openRealDeployment, type RealDeployment, type RealOptions } from './deployment.ts';
import { openOwnWorker, type OwnWorker } from './in-process.ts';

/** Longest time a deploy of empty hosts, and a move with all its checks, may take on a busy machine, ms. */
const DEPLOY_MS = 300_000;
const MOVE_MS = 240_000;

/** How a move ended: the run's message, what was measured, and the answers of its last checks. */
export interface Moved {
  message: Message;
  text: string;
  facts: Record<string, string>;
  /** What the scripts' own checks answered, by id. */
  told: Record<string, string>;
}

/** A deployment whose modules can be moved, and the processes that it began with. */
export interface Movable extends RealDeployment {
  bot: Started;
  worker: Started;
  /** The answers to all of a module's checks, asked by a worker of the test's own: nobody posts them. */
  ask(module: Module): Promise<CheckResult[]>;
}

/** Opens at the first question. */
function createAsker(real: RealDeployment): Pick<Movable, 'ask' | 'close'> {
  let own: Promise<OwnWorker> | undefined;
  const open = () => {
    const inventory = loadInventory(real.environmentOf('worker').KEYBUZZ_INVENTORY ?? '');
    return openOwnWorker({ ...real, inventory }, MODULES);
  };
  return {
    async ask(module) {
      own ??= open();
      return (await own).status(module);
    },
    async close() {
      await (await own)?.close();
      await real.close();
    },
  };
}

/** A deployment whose operator may also move, remove and lock; both processes run. */
export async function openMovable(hosts: readonly string[], options: RealOptions = {}): Promise<Movable> {
  const real = await openRealDeployment(hosts, options);
  const file = join(real.directory, 'policy.yaml');
  const policy = await readFile(file, 'utf8');
  const everyone = 'verbs: [status, ';
  const operator = 'verbs: [deploy, failover, drill, remove, poweron, lock, unlock, ack, silence, unsilence, ';
  const verbs = policy
    .replace(everyone, `${everyone}locks, `)
    .replace(/verbs: \[deploy, (?:failover, drill, remove, )?/, operator);
  await writeFile(file, verbs);
  try {
    return { ...real, ...createAsker(real), bot: await real.start('bot'), worker: await real.start('worker') };
  } catch (error) {
    await real.close();
    throw error;
  }
}

/** Types a command that needs one approval, and lets somebody else give it. */
export async function approved(real: RealDeployment, text: string): Promise<Message> {
  const root = await real.run('operator', text);
  const asking = await real.when(root, (said) => said.includes('keybuzz_approve'), 60_000);
  await real.slack.person('approver').click(asking, 'keybuzz_approve');
  return real.when(asking, (said) => !said.includes('keybuzz_approve'), 60_000);
}

/** Types a command, lets as many others approve as it takes, and waits until the run is over. */
export async function command(real: RealDeployment, text: string, timeoutMs: number): Promise<Message> {
  let message = await real.run('operator', text);
  for (const person of ['approver', 'approver2']) {
    message = await real.when(message, (said) => said.includes('keybuzz_approve') || isOver(said), 60_000);
    if (isOver(readable(message))) return message;
    await real.slack.person(person).click(message, 'keybuzz_approve');
    message = await real.when(message, (said) => said.includes(`U0${person.toUpperCase()}`) || isOver(said), 60_000);
    if (!readable(message).includes('keybuzz_approve')) break;
  }
  return real.when(message, (said) => isOver(said) || said.includes('keybuzz_resume'), timeoutMs);
}

/** Deploys a module, with its approval. */
export const deployModule = (real: RealDeployment, module: string): Promise<Message> =>
  command(real, `deploy ${module}`, DEPLOY_MS);

/** The answers of `status <module>`, as people are told them. */
export async function answersOf(real: RealDeployment, module: string): Promise<CheckResult[]> {
  const root = await real.run('viewer', `status ${module}`);
  const told = await real.events(await real.when(root, isOver, 120_000));
  return told.flatMap((event) => (event.type === 'checks.answered' ? event.results : []));
}

type Finished = Extract<EventBody, { type: 'host.finished' }>;

/** Moves a module's primary and gives what it cost. */
export async function moveModule(real: RealDeployment, verb: 'failover' | 'drill', module: string): Promise<Moved> {
  const message = await command(real, `${verb} ${module}`, MOVE_MS);
  const finished = (await real.events(message)).filter((event): event is Finished => event.type === 'host.finished');
  return {
    message,
    text: readable(message),
    facts: Object.fromEntries(finished.flatMap((event) => Object.entries(event.facts ?? {}))),
    told: Object.fromEntries(finished.flatMap((event) => event.checks ?? []).map((one) => [one.check, one.answer])),
  };
}

/** Presses Resume; gives the run's message once that attempt is over, stopped again, or asks for an approval. */
export async function resume(real: RealDeployment, run: Message, timeoutMs: number): Promise<Message> {
  await real.slack.person('operator').click(run, 'keybuzz_resume');
  return real.when(run, (said) => isOver(said) || /attempt 2[^]*keybuzz_(?:resume|approve)/.test(said), timeoutMs);
}
