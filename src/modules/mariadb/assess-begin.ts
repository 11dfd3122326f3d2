import { silencesOf, type Findings, type HostView, type Judgement } from '../judging.ts';
import { positionOf, type Position } from './view.ts';

const nameOf = ({ host }: HostView): string => host.name;

/** A stopped member and where it stands. */
interface Stopped {
  view: HostView;
  position: Position | 'none';
}

function tell({ view, position }: Stopped): string {
  return `${nameOf(view)} ${position === 'none' ? 'has no data' : `${position.uuid}:${position.seqno}`}`;
}

/** What a person does about a cluster in which nobody may begin by itself. */
function wayOut(first: HostView, newest: readonly HostView[], stopped: readonly Stopped[]): string {
  const [chosen] = newest;
  if (chosen === undefined) return '';
  const seedIsEmpty = stopped.some(({ view, position }) => view === first && position === 'none');
  const begin = seedIsEmpty
    ? `run galera_new_cluster there`
    : `write safe_to_bootstrap: 1 into its grastate.dat, and 0 into the others'`;
  return [
    `${nameOf(chosen)} has the newest data: ${begin}, then deploy again`,
    'see "All members are down" in README.md',
  ].join('; ');
}

/** Whether exactly one of the stopped members may begin, and it lacks nothing that another has. */
function judgeStopped(first: HostView, stopped: readonly Stopped[], findings: Findings): string {
  const withData = stopped.flatMap(({ view, position }) => (position === 'none' ? [] : [{ view, position }]));
  if (withData.length === 0) return nameOf(first);
  const positions = stopped.map(tell).join(', ');
  if (new Set(withData.map(({ position }) => position.uuid)).size > 1) {
    findings.faults.push(
      `no member runs, and their data is of several clusters: ${positions}; decide whose data counts`,
    );
    return 'none';
  }
  const highest = Math.max(...withData.map(({ position }) => position.seqno));
  const newest = withData.filter(({ position }) => position.seqno === highest).map(({ view }) => view);
  const mayBegin = stopped.filter(({ view, position }) =>
    position === 'none' ? view === first : view.facts['mariadb.safe-to-bootstrap'] === '1',
  );
  const [only] = mayBegin;
  if (only !== undefined && mayBegin.length === 1 && newest.includes(only.view)) return nameOf(only.view);
  const who = mayBegin.map(({ view }) => nameOf(view)).join(' and ');
  const why =
    who === '' ? 'and none may begin the cluster' : `but ${who} would begin the cluster, which is not the newest alone`;
  findings.faults.push(`no member runs, ${why}: ${positions}. ${wayOut(first, newest, stopped)}`);
  return 'none';
}

/** Why nobody can say where a member stands. */
function whyUnknown(view: HostView): string {
  return view.facts['mariadb.position'] === 'starting'
    ? `MariaDB of ${nameOf(view)} is starting or stopping; where it stands is known when that is over`
    : `${nameOf(view)} was not stopped in order; deploy finds out where it stands (wsrep_recover)`;
}

/** Whether the cluster runs, or can be begun without losing what any member has. */
export function judgeBegin(views: readonly HostView[]): Judgement {
  const findings: Findings = { faults: [], unknowns: [], warnings: [] };
  const isPrimary = (view: HostView) => view.facts['mariadb.wsrep_cluster_status'] === 'Primary';
  const running = views.filter(isPrimary).map(nameOf);
  if (running.length > 0)
    return { ...findings, value: 'runs', passText: `${running.join(', ')} run; others join them` };
  const listening = views.filter(({ silence, facts }) => silence === '' && facts.mariadb !== 'stopped');
  if (listening.length > 0) {
    const names = listening.map(nameOf).join(', ');
    const isCertain = listening.every(({ facts }) => facts['mariadb.wsrep_cluster_status'] !== undefined);
    const text = `${names} run, but none has the majority; see "No majority" in README.md`;
    (isCertain ? findings.faults : findings.unknowns).push(text);
  }
  findings.unknowns.push(...silencesOf(views));
  const stopped = views.flatMap((view): Stopped[] => {
    if (view.silence !== '' || listening.includes(view)) return [];
    const position = positionOf(view);
    if (position === undefined) {
      findings.unknowns.push(whyUnknown(view));
    }
    return position === undefined ? [] : [{ view, position }];
  });
  const [first] = views;
  if (first === undefined || stopped.length < views.length) return { ...findings, value: 'unknown', passText: '-' };
  const beginner = judgeStopped(first, stopped, findings);
  return { ...findings, value: beginner, passText: `no member runs; the cluster begins on ${beginner}` };
}
