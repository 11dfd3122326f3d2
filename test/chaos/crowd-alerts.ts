import { setTimeout as delay } from 'node:timers/promises';
import { keyIn, readable } from '../helpers/deployment.ts';
import { until } from '../fleet/process.ts';
import { duplicates } from './evidence.ts';
import type { Lane } from './lane.ts';

const PATIENCE_MS = 120_000;
/** Slack takes a post a second, and alerts go before the notes of runs: two posts each must leave room for those. */
const EVERY_MS = 3_000;

/** Where Alertmanagers post to: each of two posts everything to every bot's address, until one of them has taken it. */
export interface Doors {
  ports: readonly number[];
  token: string;
}

async function isTaken({ token }: Doors, port: number, body: object): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/webhooks/alertmanager`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await answer.text();
    return answer.status === 200;
  } catch {
    return false;
  }
}

/** Tells of one alert of a service as two Alertmanagers do that don't know of each other. */
async function tell(doors: Doors, service: string, status: 'firing' | 'resolved'): Promise<void> {
  const alert = { status, labels: { alertname: 'Down', service, severity: 'page' }, fingerprint: 'c0ffee' };
  const body = { version: '4', alerts: [alert] };
  const teller = (first: number) => {
    let turn = first;
    const again = async () => {
      turn += 1;
      return (await isTaken(doors, doors.ports[turn % doors.ports.length] ?? 0, body)) || undefined;
    };
    return until(`${service} is ${status}`, PATIENCE_MS, again);
  };
  await Promise.all([teller(0), teller(1)]);
}

/** Lets services fail and recover until the signal; gives their names. */
export async function tellAlerts(doors: Doors, signal: AbortSignal): Promise<string[]> {
  const services: string[] = [];
  while (!signal.aborted) {
    const service = `crowd-${services.length + 1}`;
    services.push(service);
    await tell(doors, service, 'firing');
    await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
    await tell(doors, service, 'resolved');
    await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return services;
}

function faultsOfAlert({ deployment }: Lane, service: string): string[] {
  const id = `am-${service}-1`;
  const roots = deployment.slack.messages('#ops').filter((message) => keyIn(message).run === id);
  const [root] = roots;
  if (root === undefined) return [`${id} was never posted`];
  const faults = roots.length === 1 ? [] : [`${id} was posted ${roots.length} times`];
  if (!readable(root).includes('It lasted')) faults.push(`the message of ${id} does not say that it is over`);
  const notes = deployment.slack
    .thread('#ops', root.ts)
    .slice(1)
    .map((message) => keyIn(message).key);
  const twice = duplicates(notes).map((key) => `${id} has the note ${key} twice`);
  return notes.includes('note-resolved') ? [...faults, ...twice] : [...faults, ...twice, `${id} lacks its last note`];
}

/** What does not hold of the alerts of these services, once Slack had the time to show them. */
export async function faultsOfAlerts(lane: Lane, services: readonly string[]): Promise<string[]> {
  const faults = () => services.flatMap((service) => faultsOfAlert(lane, service));
  await until('every alert is shown', PATIENCE_MS, () => faults().length === 0 || undefined).catch(() => undefined);
  const events = await lane.engine.alerts.events(50_000);
  const opened = events.filter(({ type }) => type === 'opened').map(({ alert }) => alert);
  const wanted = services.map((service) => `am-${service}-1`);
  const odd = opened.filter((id) => !wanted.includes(id)).map((id) => `${id} was opened, which nobody told of`);
  return [...faults(), ...odd, ...duplicates(opened).map((id) => `${id} was opened twice`)];
}
