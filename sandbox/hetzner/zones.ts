import { begin } from './actions.ts';
import { ChangeTtlBody, readBody, RrsetBody, SetRecordsBody } from './bodies.ts';
import { ApiFault, notFound, type Action, type Rrset, type World, type Zone } from './model.ts';

/** The zone of that id or name. */
export function findZone(world: World, idOrName: string): Zone {
  const found = [...world.zones.values()].find(({ id, name }) => name === idOrName || String(id) === idOrName);
  if (found === undefined) throw notFound(`zone '${idOrName}'`);
  return found;
}

export function showZone({ id, name, mode, ttl, rrsets }: Zone): object {
  const servers = ['hydrogen.ns.hetzner.com.', 'helium.ns.hetzner.de.', 'oxygen.ns.hetzner.com.'];
  return {
    id,
    name,
    mode,
    ttl,
    labels: {},
    created: '2026-01-01T00:00:00Z',
    primary_nameservers: [],
    protection: { delete: false },
    status: 'ok',
    record_count: rrsets.reduce((sum, { records }) => sum + records.length, 0),
    registrar: 'hetzner',
    authoritative_nameservers: {
      assigned: servers,
      delegated: servers,
      delegation_last_check: '2026-01-01T00:00:00Z',
      delegation_status: 'valid',
    },
  };
}

export function showRrset(zone: Zone, { name, type, ttl, records }: Rrset): object {
  return { id: `${name}/${type}`, name, type, ttl, records, labels: {}, protection: { change: false }, zone: zone.id };
}

/** The set of that name and type. */
export function findRrset(zone: Zone, name: string, type: string): Rrset {
  const found = zone.rrsets.find((one) => one.name === name && one.type === type);
  if (found === undefined) throw notFound(`rrset '${name}/${type}'`);
  return found;
}

function demandPrimary({ mode }: Zone): void {
  if (mode !== 'primary') throw new ApiFault(422, 'incorrect_zone_mode', 'zone is secondary');
}

/** Makes a set; unlike the other changes it is there at once, while its action runs. */
export function createRrset(world: World, zone: Zone, body: unknown): { rrset: Rrset; action: Action } {
  demandPrimary(zone);
  const { name, type, ttl = null, records } = readBody(RrsetBody, body);
  if (zone.rrsets.some((one) => one.name === name && one.type === type)) {
    throw new ApiFault(409, 'uniqueness_error', 'rrset exists', { fields: [{ name: 'name' }] });
  }
  const rrset: Rrset = { name, type, ttl, records };
  const on = { type: 'zone', id: zone.id };
  const action = begin(world, 'create_rrset', on, () => undefined);
  zone.rrsets.push(rrset);
  return { rrset, action };
}

/** `set_records` and `change_ttl`, each with an effect when it ends. */
export function actOnRrset(world: World, at: { zone: Zone; rrset: Rrset; command: string; body: unknown }): Action {
  const { zone, rrset, command, body } = at;
  demandPrimary(zone);
  const on = { type: 'zone', id: zone.id };
  if (command === 'set_records') {
    const { records } = readBody(SetRecordsBody, body);
    return begin(world, 'set_rrset_records', on, () => void (rrset.records = records));
  }
  if (command === 'change_ttl') {
    const { ttl } = readBody(ChangeTtlBody, body);
    return begin(world, 'change_rrset_ttl', on, () => void (rrset.ttl = ttl));
  }
  throw notFound(`action ${command}`);
}
