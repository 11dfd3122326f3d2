import type { ScriptHash, ScriptStep, Step } from '../contract.ts';
import { moveSteps, scriptStep, type Move } from '../steps.ts';
import { CHECKS } from './checks.ts';
import { namedMasters, type Members } from './members.ts';

/** Seconds without an acknowledged write, through the masters that stay, that are good; etcd elects within a few. */
const OUTAGE_SECONDS = 10;

/** What taking a master out neither needs nor changes; asked and shown all the same. */
const NOT_NEEDED = ['certificates', 'snapshots', 'versions', 'room'];

/** The checks that must pass before a move, and again after it. */
const MOVE_CHECKS = CHECKS.map((check) => check.id).filter((id) => !NOT_NEEDED.includes(id));

const API_PORT = 6443;

/** The steps of `failover` and `drill`. Markers begin on the first master, which no move takes. */
export function planMove(move: Move, members: Members, hashOf: ScriptHash): Step[] {
  const [seed] = members.masters;
  return moveSteps({
    ...{ module: 'k3s', move, hashOf, must: MOVE_CHECKS, witness: seed.name },
    servers: members.masters.map(({ name }) => ({ host: name, args: [name, ...namedMasters(members)] })),
    alwaysReturns: true,
    cluster: [seed.privateIp],
    entries: members.masters.map(({ name, privateIp }) => `${name}=${privateIp}:${API_PORT}`),
    outageSeconds: OUTAGE_SECONDS,
    limits: { move: 420, back: 300 },
    secrets: { move: [], back: [], markers: [] },
    titles: {
      markers: 'Begin to write markers through the API of each master',
      move:
        move === 'drill'
          ? 'Kill one master, and wait until the others go on and notice it'
          : 'Cordon and drain one master, restart it, and let it take pods again',
      back: 'Start again what was stopped, and let it take pods',
    },
  });
}

/** The steps of `remove`: workers first, so that nothing runs without the masters knowing. */
export function planRemove({ masters, workers }: Members, hashOf: ScriptHash): ScriptStep[] {
  const parts = [
    { id: 'workers', title: 'Stop K3s and its pods on the workers for good, and move its data aside', hosts: workers },
    { id: 'masters', title: 'Stop K3s and its pods on the masters for good, and move its data aside', hosts: masters },
  ];
  return parts.map(({ id, title, hosts }) =>
    scriptStep(hashOf, {
      ...{ id, title, impact: 'destructive', script: 'k3s/remove-node.sh', secrets: [], timeoutSeconds: 300 },
      work: hosts.map(({ name }) => ({ host: name, args: [name] })),
    }),
  );
}
