import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { overlap } from '../../../src/modules/k3s/networks.ts';
import { runShell, type Ran } from '../shell.ts';

const MODULES = join(import.meta.dirname, '../../../src/modules');
const K3S = ['lib.sh', 'preflight.sh', 'perl.sh', 'json-perl.sh', 'http.sh', 'k3s.sh'];

/** The functions of a script, without its last line: `main` is called by the test. */
function ownOf(script: string): string {
  return readFileSync(join(MODULES, script), 'utf8').replace(/\nmain "\$@" <\/dev\/null\n$/, '\n');
}

/** A node of the API, as it really stands there. */
const node = (name: string, conditions: Record<string, string>, own: object = {}) => ({
  metadata: { name, labels: name.includes('master') ? { 'node-role.kubernetes.io/control-plane': 'true' } : {} },
  spec: {},
  status: {
    nodeInfo: { kubeletVersion: 'v1.33.5+k3s1' },
    conditions: Object.entries(conditions).map(([type, status]) => ({
      ...{
        type,
        status,
        reason: `Kubelet${type}`,
        message: 'Ready, steady, go',
        lastTransitionTime: '2026-11-28T08:00:00Z',
      },
    })),
  },
  ...own,
});

describe('the shell of k3s', () => {
  it('reads nodes from JSON: conditions as they stand there, whatever their texts say', async () => {
    const items = [
      node('k8s-master-01', { Ready: 'True', EtcdIsVoter: 'True' }),
      node(
        'k8s-worker-01',
        { Ready: 'False', DiskPressure: 'True', PIDPressure: 'True' },
        { spec: { unschedulable: true } },
      ),
      node('k8s-worker-02', {}),
    ];
    const json = JSON.stringify({ kind: 'NodeList', items });
    const body = `NODES=$(read_json "$NODES_REPORT" <<<'${json}'); fact nodes "$NODES"
      for name in k8s-master-01 k8s-worker-01 k8s-worker-02 k8s-worker; do fact "ready.$name" "$(node_field "$NODES" "$name" ready)"; done
      fact voter "$(node_field "$NODES" k8s-master-01 voter)"; fact pressure "$(node_field "$NODES" k8s-worker-01 pressure)"`;
    const { facts, exitCode } = await runShell(body, { needs: K3S });
    expect(exitCode).toBe(0);
    expect(facts.nodes?.split(' ')).toHaveLength(3);
    expect(facts).toMatchObject({
      ...{ 'ready.k8s-master-01': 'True', 'ready.k8s-worker-01': 'False', 'ready.k8s-worker-02': 'none' },
      ...{ voter: 'True', pressure: 'DiskPressure+PIDPressure' },
    });
    expect(facts['ready.k8s-worker'] ?? '').toBe('');
    expect(facts.nodes).toContain(
      'name=k8s-worker-01,ready=False,reason=KubeletReady,since=2026-11-28T08:00:00Z,master=no,closed=yes',
    );
  });

  it('reads a metric of etcd by its whole name', async () => {
    const body = `M=$'# TYPE x gauge\\netcd_server_is_leader 1\\netcd_server_is_learner 0\\netcd_server_quota_backend_bytes 2.147483648e+09'
      for name in is_leader is_learner quota_backend_bytes is; do fact "$name" "$(metric "$M" "etcd_server_$name")"; done`;
    const { facts } = await runShell(body, { needs: K3S });
    expect(facts).toMatchObject({ is_leader: '1', is_learner: '0', quota_backend_bytes: '2147483648' });
    expect(facts.is ?? '').toBe('');
  });

  it('knows on a host which networks overlap as well as the plan does', async () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const network = fc
      .tuple(byte, byte, byte, byte, fc.integer({ min: 1, max: 32 }))
      .map(([a, b, c, d, length]) => `${a}.${b}.${c}.${d}/${length}`);
    const near = fc.constantFrom('10.42.0.0/16', '10.43.0.0/16', '10.42.128.0/17', '10.0.0.0/8', '10.42.7.1/32');
    const pairs = fc.sample(fc.tuple(fc.oneof(network, near), near), 60);
    const needs = [...K3S, 'k3s-node.sh'];
    const body = pairs
      .map(
        ([one, other], index) => `if overlaps ${one} ${other}; then fact p${index} true; else fact p${index} false; fi`,
      )
      .join('\n');
    const { facts } = await runShell(body, { needs });
    expect(pairs.map((_, index) => facts[`p${index}`])).toEqual(pairs.map(([a, b]) => String(overlap(a, b))));
  });

  it('refuses a host that reaches the network of pods another way, and names both', async () => {
    const needs = [...K3S, 'k3s-node.sh'];
    const hosts = (routes: string) => `host_networks() { printf '%s\\n' ${routes}; }
      preflight_networks 10.42.0.0/16 10.43.0.0/16; fact fine yes`;
    expect((await runShell(hosts("'10.0.0.0/16 eth0' '172.17.0.0/16 docker0'"), { needs })).facts).toEqual({
      fine: 'yes',
    });
    const { facts, exitCode } = await runShell(hosts("'10.0.0.0/16 eth0' '10.42.7.0/24 wg0'"), { needs });
    expect(exitCode).toBe(69);
    expect(facts.reason).toContain('10.42.7.0/24 over wg0, which overlaps with 10.42.0.0/16');
  });
});

describe('the ports between nodes', () => {
  const PORTS = '16443,18472/udp';
  const addresses = ['127.0.71.1', '127.0.71.2', '127.0.71.3'];

  /** One host's part, which asks all the others for these ports. */
  const at = (own: string, listens = PORTS, asks = PORTS): Promise<Ran> =>
    runShell(
      `${ownOf('k3s/test-ports.sh')}\nmain 4 ${own} ${listens} ${addresses
        .filter((one) => one !== own)
        .map((one) => `host-${one.slice(-1)}=${one}=${asks}`)
        .join(' ')}`,
      { needs: ['lib.sh', 'perl.sh'] },
    );

  it('are open when every host is reached by every other, and that takes no longer than it must', async () => {
    const start = performance.now();
    const all = await Promise.all(addresses.map((own) => at(own)));
    expect(all.map(({ facts }) => facts['ports.blocked'])).toEqual(['none', 'none', 'none']);
    expect(all.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(performance.now() - start).toBeLessThan(4_000);
  });

  it('are named one by one where nobody comes through', async () => {
    const [first, second] = await Promise.all([at('127.0.71.1'), at('127.0.71.2'), at('127.0.71.3', '16443')]);
    expect(first.facts['ports.blocked']).toBe('host-3:18472/udp');
    expect(second.exitCode).toBe(1);
    expect(second.facts.reason).toContain('host-3:18472/udp');
  });

  it('are all blocked on a host that is not there', async () => {
    const [first] = await Promise.all([at('127.0.71.1'), at('127.0.71.2')]);
    expect(first.facts['ports.blocked']).toBe('host-3:16443,host-3:18472/udp');
  });
});
