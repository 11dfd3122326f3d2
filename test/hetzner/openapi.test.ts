import { describe, expect, it } from '@jest/globals';
import type { Exchange } from '../../sandbox/hetzner/index.ts';
import { desired, reconcileOf, startProject, until } from './project.ts';
import { hasDocument, openDocument } from './openapi.ts';

const suite = hasDocument ? describe : describe.skip;
const why = hasDocument ? '' : ' (skipped: ../shared/hetzner-openapi.json is not there)';

suite(`every request and answer, against Hetzner's OpenAPI document${why}`, () => {
  it('keeps to it while everything is made, changed, taken away and put back', async () => {
    const faultsOf = openDocument();
    const project = await startProject();
    try {
      const { sandbox } = project;
      await project.deploy();
      await until(async () => (await project.check('healthy')).startsWith('pass'), 'all are healthy');
      const drain = { balancer: desired('lb-haproxy'), target: 'haproxy-01' };
      await project.run({ do: 'drain', ...drain });
      await project.run({ do: 'restore', ...drain });
      const mariadb = sandbox.balancer('lb-mariadb');
      if (mariadb === undefined) throw new Error('lb-mariadb was not made');
      Object.assign(mariadb, { type: 'lb21', algorithm: 'round_robin', isPublic: true });
      mariadb.network = { id: sandbox.networkId, ip: '10.0.0.77' };
      mariadb.targets.push({ type: 'ip', ip: '203.0.113.9', isPrivate: false, sinceMs: 0 });
      mariadb.targets.push({ type: 'label_selector', selector: 'role=app', isPrivate: false, sinceMs: 0 });
      const [service] = mariadb.services;
      if (service !== undefined) mariadb.services.push({ ...service, listen_port: 9999 });
      if (service !== undefined) service.health_check.interval = 30;
      const keybuzz = sandbox.balancer('lb-keybuzz-1');
      if (keybuzz !== undefined) keybuzz.isPublic = false;
      const [zone] = sandbox.world.zones.values();
      Object.assign(zone?.rrsets[0] ?? {}, { ttl: 60, records: [{ value: '10.9.9.9' }] });
      for (const kind of ['409', '423', '429', '504', '502'] as const) sandbox.fault({ kind, method: 'POST' });
      await project.run(reconcileOf('lb-mariadb', true));
      await project.deploy();
      const wrong = sandbox.exchanges.flatMap((exchange) => faultsOf(exchange));
      expect(wrong.slice(0, 5)).toEqual([]);
      const commands = new Set(sandbox.exchanges.map(({ path }) => path.split('/').at(-1)));
      for (const command of ['change_type', 'change_algorithm', 'detach_from_network', 'attach_to_network']) {
        expect(commands).toContain(command);
      }
      for (const command of ['delete_service', 'update_service', 'remove_target', 'add_target', 'set_records']) {
        expect(commands).toContain(command);
      }
      expect(commands).toContain('enable_public_interface');
      expect(commands).toContain('disable_public_interface');
      expect(commands).toContain('change_ttl');
    } finally {
      await project.sandbox.close();
    }
  });

  it('keeps to it while servers are rebooted, reset, shut down, turned off and on, and their actions listed', async () => {
    const faultsOf = openDocument();
    // So long that a second request meets the first one's action.
    const project = await startProject({ actionMs: 400 });
    try {
      const { sandbox } = project;
      const { id } = sandbox.server('redis-02');
      const headers = { authorization: `Bearer ${sandbox.token}` };
      const statusAfter = async (command: string) => {
        const asked = `${sandbox.endpoint}/servers/${id}/actions`;
        expect((await fetch(`${asked}/${command}`, { method: 'POST', headers })).status).toBe(201);
        expect((await fetch(`${asked}/${command}`, { method: 'POST', headers })).status).toBe(423);
        await until(async () => {
          const list = await fetch(`${asked}?sort=id:desc&per_page=50`, { headers });
          const { actions } = (await list.json()) as { actions: { status: string }[] };
          return actions[0]?.status === 'success';
        }, command);
        return sandbox.server('redis-02').status;
      };
      expect(await statusAfter('reboot')).toBe('running');
      expect(await statusAfter('reset')).toBe('running');
      // The signal was sent: the server goes off later, or never.
      expect(await statusAfter('shutdown')).toBe('running');
      await until(() => sandbox.server('redis-02').status === 'off', 'it shuts down');
      expect(await statusAfter('poweron')).toBe('running');
      expect(await statusAfter('poweroff')).toBe('off');
      expect(sandbox.exchanges.flatMap((exchange) => faultsOf(exchange)).slice(0, 5)).toEqual([]);
    } finally {
      await project.sandbox.close();
    }
  });

  it('would see a wrong request, a wrong answer and an unknown parameter', () => {
    const faultsOf = openDocument();
    const exchange: Exchange = {
      ...{ method: 'POST', path: '/load_balancers/7/actions/delete_service', query: '', fault: undefined },
      ...{ body: '{"listen_port":80}', status: 404, answer: { error: { code: 'not_found', message: 'no' } } },
    };
    expect(faultsOf(exchange)).toEqual([]);
    expect(faultsOf({ ...exchange, body: '{"listen_port":"80"}' })).toHaveLength(1);
    expect(faultsOf({ ...exchange, body: undefined })).toHaveLength(1);
    expect(faultsOf({ ...exchange, answer: { error: { message: 'no' } } })).toHaveLength(1);
    expect(faultsOf({ ...exchange, query: '?colour=red' })).toHaveLength(1);
  });
});
