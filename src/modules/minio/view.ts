import { groupsOf, programsOf, type Findings, type HostView } from '../judging.ts';
import { API_PORT, ENTRY } from './settings.ts';

/** The programs that a status script tells us about. */
export const { judgeEach } = programsOf({ minio: 'MinIO', entry: `${ENTRY}:${API_PORT}` });

/** The nodes' answers side by side, in the order of their names. */
export type Servers = readonly HostView[];

/** A node as another sees it. */
export interface SeenNode {
  name: string;
  isOnline: boolean;
  version: string;
  drives: number;
  ok: number;
  healing: number;
}

/** The nodes that a node sees; undefined when it did not say. */
export function seenBy(view: HostView): SeenNode[] | undefined {
  const text = view.facts['minio.servers'];
  if (text === undefined) return undefined;
  const nodes = groupsOf(text).map((one): SeenNode => {
    const count = (key: string): number => Number(one.get(key) ?? Number.NaN);
    return {
      ...{
        name: one.get('host') ?? '',
        isOnline: one.get('state') === 'online',
        version: one.get('version') ?? 'none',
      },
      ...{ drives: count('all'), ok: count('ok'), healing: count('healing') },
    };
  });
  return nodes.length > 0 && nodes.every(({ drives, ok, healing }) => [drives, ok, healing].every(Number.isInteger))
    ? nodes
    : undefined;
}

/** Judges what each node says of all nodes. */
export function judgeSeen(
  servers: Servers,
  judge: (view: HostView, nodes: SeenNode[], found: Findings) => void,
): Findings & { clean: number } {
  return judgeEach(servers, 'minio', (view, found) => {
    const nodes = seenBy(view);
    if (nodes === undefined) found.unknowns.push(`${view.host.name} did not say which nodes and drives it sees`);
    else judge(view, nodes, found);
  });
}

/** Every version that some node sees running. */
export const versionsOf = (servers: Servers): Set<string> =>
  new Set(
    servers.flatMap((view) => seenBy(view) ?? []).flatMap(({ isOnline, version }) => (isOnline ? [version] : [])),
  );
