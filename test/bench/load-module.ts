import { sha256 } from '../../src/canonical.ts';
import type { AssembledScript } from '../../src/modules/index.ts';
import type { Module, Plan } from '../../src/modules/contract.ts';

/** What the hosts of load-hosts.ts know: `load/work.sh` and `load/status.sh`. */
export function assembleLoad(script: string): AssembledScript {
  const text = `# Script: ${script}\nmain() {\n  :\n}\n\nmain "$@" </dev/null\n`;
  return { text, hash: sha256(text) };
}

/** A module whose hosts are all of the inventory, and whose work only takes time. */
export const load: Module = {
  name: 'load',
  number: 0,
  title: 'Load',
  requires: [],
  verbs: ['status', 'deploy'],
  locks: [],
  credentials: [],
  checks: [{ id: 'answers', title: 'Every host answers', criterion: 'all of them', source: 'this bench' }],
  hosts: (inventory) => inventory.hosts,
  plan: () => [],
  probes: (inventory) =>
    inventory.hosts.map(({ name }) => ({
      host: name,
      script: 'load/status.sh',
      args: [],
      secrets: [],
      timeoutSeconds: 30,
    })),
  assess: (_inventory, answers) => {
    const silent = answers.filter(({ outcome }) => outcome !== 'ok').map(({ host }) => host);
    const answer = silent.length === 0 ? 'pass' : 'unknown';
    const text = silent.slice(0, 5).join(', ');
    return [{ check: 'answers', answer, value: `${answers.length - silent.length}`, text }];
  },
};

/** Asks every host of the inventory once. */
export const STATUS_PLAN: Plan = {
  title: 'status load',
  verb: 'status',
  module: 'load',
  steps: [{ kind: 'checks', id: 'checks', title: 'Ask every host', impact: 'none', must: [], deadlineSeconds: 0 }],
  locks: [],
};

/** One change on one host, detached, in so many pieces of so many milliseconds; each piece is told as progress. */
export function planOfWork(host: string, pieces: number, pieceMs: number): Plan {
  return {
    title: 'deploy load',
    verb: 'deploy',
    module: 'load',
    steps: [
      {
        kind: 'script',
        id: 'work',
        title: 'Take time',
        impact: 'disruptive',
        mode: 'change',
        script: 'load/work.sh',
        scriptHash: assembleLoad('load/work.sh').hash,
        order: 'together',
        work: [{ host, args: [String(pieces), String(pieceMs)] }],
        secrets: [],
        timeoutSeconds: Math.ceil((pieces * pieceMs) / 1000) + 600,
        gateSeconds: 0,
      },
    ],
    locks: [`load-${host}`],
  };
}
