import type { DesiredRecord } from '../modules/cloud.ts';
import type { Talk } from './client.ts';
import type { CloudChange } from './describe.ts';
import { HetznerError, passes } from './errors.ts';
import { RrsetAnswer, ZoneAnswer } from './schemas.ts';

/** What is left to do for one name. */
export type RecordAction =
  | { do: 'create-rrset' | 'set-records'; record: DesiredRecord; from: string[] }
  | { do: 'change-ttl'; record: DesiredRecord; fromSeconds: number | null };

/** The zone of our project; undefined: it is hosted elsewhere, or only copied from there. */
async function findZone(talk: Talk, zone: string): Promise<ZoneAnswer | undefined> {
  const found = await orNone(() => talk.read(`/zones/${encodeURIComponent(zone)}`, 'zone', ZoneAnswer));
  return found?.mode === 'primary' ? found : undefined;
}

async function orNone<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof HetznerError && error.status === 404) return undefined;
    throw error;
  }
}

const pathOf = ({ zone, name }: DesiredRecord) =>
  `/zones/${encodeURIComponent(zone)}/rrsets/${encodeURIComponent(name)}/A`;

/** Pure: what makes the name's addresses and TTL right. */
export function reconcileRecord(record: DesiredRecord, actual: RrsetAnswer | undefined): RecordAction[] {
  if (actual === undefined) return [{ do: 'create-rrset', record, from: [] }];
  const from = actual.records.map(({ value }) => value).sort();
  const isRight = from.join() === [...record.addresses].sort().join();
  const actions: RecordAction[] = isRight ? [] : [{ do: 'set-records', record, from }];
  if (actual.ttl !== record.ttlSeconds) actions.push({ do: 'change-ttl', record, fromSeconds: actual.ttl });
  return actions;
}

/** The change that an action makes. */
export function describeRecord(action: RecordAction): CloudChange {
  const { record } = action;
  const target = `${record.name} A`;
  if (action.do === 'change-ttl') {
    return { kind: 'dns', target, detail: `ttl ${action.fromSeconds ?? 'of the zone'} -> ${record.ttlSeconds}` };
  }
  const from = action.do === 'create-rrset' ? 'added' : `was ${action.from.join(', ')}`;
  return { kind: 'dns', target, detail: `${record.addresses.join(', ')} (${from})` };
}

async function requestRecord(talk: Talk, action: RecordAction): Promise<void> {
  const { record } = action;
  const records = record.addresses.map((value) => ({ value }));
  const asked: [path: string, body: object] =
    action.do === 'create-rrset'
      ? [
          `/zones/${encodeURIComponent(record.zone)}/rrsets`,
          { name: record.name, type: 'A', ttl: record.ttlSeconds, records },
        ]
      : action.do === 'set-records'
        ? [`${pathOf(record)}/actions/set_records`, { records }]
        : [`${pathOf(record)}/actions/change_ttl`, { ttl: record.ttlSeconds }];
  await talk.act(async (client) => (await client.axios.post<{ action: unknown }>(...asked)).data.action);
}

/** What is left to do for the names of a zone; undefined when the zone is hosted elsewhere. */
export async function recordActions(
  talk: Talk,
  zone: string,
  records: readonly DesiredRecord[],
): Promise<RecordAction[] | undefined> {
  if ((await findZone(talk, zone)) === undefined) return undefined;
  const found = await talk.list(`/zones/${encodeURIComponent(zone)}/rrsets`, 'rrsets', RrsetAnswer, { type: 'A' });
  const rrsetOf = ({ name }: DesiredRecord) => found.find((rrset) => rrset.type === 'A' && rrset.name === name);
  return records.flatMap((record) => reconcileRecord(record, rrsetOf(record)));
}

/** Writes the names, one change at a time, looking again after each as `workOnBalancer` does. */
export async function workOnRecords(
  talk: Talk,
  work: { zone: string; records: readonly DesiredRecord[] },
  at: {
    isApproved: (change: CloudChange) => Promise<boolean>;
    timeoutMs: number;
    refuse: (change: CloudChange) => Error;
  },
  pauseMs: number,
): Promise<CloudChange[]> {
  const done = new Map<string, CloudChange>();
  let [last, sinceMs] = ['', performance.now()];
  for (;;) {
    // Judged before the questions: who stood still in the middle of one has not heard the answer.
    let isLast = performance.now() - sinceMs > at.timeoutMs;
    const [action] = (await recordActions(talk, work.zone, work.records)) ?? [];
    if (action === undefined) return [...done.values()];
    const change = describeRecord(action);
    if (!(await at.isApproved(change))) throw at.refuse(change);
    const text = JSON.stringify(change);
    if (text !== last) [last, sinceMs, isLast] = [text, performance.now(), false];
    done.set(text, change);
    try {
      await requestRecord(talk, action);
    } catch (error) {
      if (!(error instanceof HetznerError) || !passes(error) || isLast) throw error;
      await talk.pause(pauseMs);
    }
  }
}
