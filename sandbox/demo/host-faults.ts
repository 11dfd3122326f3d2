import type { FaultSpec } from '../web/faults.ts';

/** The replica whose trouble is worth watching: a deploy comes to it after the first server. */
export const VICTIM = 'redis-02';

type Words = Omit<FaultSpec, 'make' | 'group'>;

/** Trouble that simulated and real hosts have alike, in the words of the page. */
export const HOST_FAULTS = {
  killMaster: {
    ...{ id: 'kill-primary', kind: 'switch', label: 'Kill the master of Redis' },
    hint: 'Another server takes over; status names the one that is down, until this is taken back.',
  },
  cutOff: {
    ...{ id: 'cut-host', kind: 'switch', label: `Cut ${VICTIM} off` },
    hint: 'Its cable is pulled: checks are unknown, and a run that needs it is interrupted. Plug it in and resume.',
  },
  fillDisk: {
    ...{ id: 'fill-disk', kind: 'switch', label: `Fill the disk of ${VICTIM}` },
    hint: 'A deploy is refused before it changes anything, with the host, the reason and the fix.',
  },
} as const satisfies Record<string, Words>;
