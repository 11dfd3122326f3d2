import type { Inventory } from '../../inventory.ts';
import type { HostAnswer } from '../contract.ts';
import { programsOf, viewOf, type Findings, type HostView } from '../judging.ts';
import { findMembers } from './members.ts';

/** Where a stopped member stands: how many writes of which cluster it has. */
export interface Position {
  uuid: string;
  seqno: number;
}

/** The members' answers side by side, in the order of the inventory. Throws ConfigError when it lacks members. */
export function viewMembers(inventory: Inventory, answers: readonly HostAnswer[]): HostView[] {
  return findMembers(inventory).servers.map((host) => viewOf(host, answers));
}

const programs = programsOf({ mariadb: 'MariaDB' });

/** Judges each member whose MariaDB answers; the others count as what keeps it from answering. */
export function judgeMembers(
  views: readonly HostView[],
  judge: (view: HostView, findings: Findings) => void,
): Findings & { clean: number } {
  return programs.judgeEach(views, 'mariadb', judge);
}

/** The position that a stopped member told; undefined when it knows none, `none` when it never was in a cluster. */
export function positionOf(view: HostView): Position | 'none' | undefined {
  const text = view.facts['mariadb.position'] ?? '';
  if (text === 'none') return 'none';
  const [, uuid, seqno] = /^([0-9a-f-]{36}):(-?\d{1,15})$/.exec(text) ?? [];
  return uuid === undefined || seqno === undefined ? undefined : { uuid, seqno: Number(seqno) };
}
