import { describe, expect, it } from '@jest/globals';
import { previewAtHetzner } from '../../src/jobs/hetzner-work.ts';
import type { RunState } from '../../src/jobs/state.ts';
import type { Workshop } from '../../src/jobs/workshop.ts';
import type { HetznerStep } from '../../src/modules/contract.ts';
import { loadInventory } from '../../src/inventory.ts';
import { MODULES } from '../../src/modules/index.ts';

const inventory = loadInventory('inventory/servers.tsv');

/** A module's steps at Hetzner. */
const stepsOf = (name: string): HetznerStep[] => {
  const module = MODULES.find((one) => one.name === name);
  const steps = module?.plan({ verb: 'deploy', inventory }, () => '') ?? [];
  return steps.flatMap((step) => (step.kind === 'hetzner' ? [step] : []));
};

/** What a worker without a project says of the step's place. */
const preview = (step: HetznerStep | undefined, host: string) => {
  if (step === undefined) throw new Error('there is no such step');
  const { signal } = new AbortController();
  return previewAtHetzner(
    { hetzner: undefined } as Workshop,
    { steps: [] as RunState['steps'] } as RunState,
    { step, host },
    signal,
  );
};

describe('work at Hetzner for a worker without a project', () => {
  it('is nothing for the names of MinIO, whose zone is hosted elsewhere then', async () => {
    const [names] = stepsOf('minio');
    expect(await preview(names, 'keybuzz.io')).toMatchObject({ changes: [], troubles: [], isSilent: false });
  });

  it('can’t be done for a load balancer, and it says what is missing', async () => {
    const [balancers] = stepsOf('lb');
    const { troubles } = await preview(balancers, 'lb-haproxy');
    expect(troubles[0]?.reason).toContain('no token of the Hetzner Cloud project');
  });
});
