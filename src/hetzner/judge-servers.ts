import type { CloudDesire } from '../modules/cloud.ts';
import type { Project } from './actual.ts';
import { answerOf, nothing, type CloudCheck } from './found.ts';
import type { ServerAnswer } from './schemas.ts';

const addressesOf = ({ private_net }: ServerAnswer): string[] => private_net.map(({ ip }) => ip);

const shown = (addresses: readonly string[]): string =>
  addresses.length === 0 ? 'no private address' : addresses.join(' and ');

/** What is wrong with one host's server; empty: nothing. */
export function faultOf({ host, address }: CloudDesire['servers'][number], servers: readonly ServerAnswer[]): string {
  const named = servers.find(({ name }) => name === host);
  const there = servers.find((server) => addressesOf(server).includes(address));
  if (named !== undefined && named === there) return '';
  if (named !== undefined) {
    const has = addressesOf(named);
    const what =
      has.length === 0 ? `${host} has no private address, not ${address}` : `${host} has ${shown(has)}, not ${address}`;
    return there === undefined ? what : `${what}, which ${there.name} has`;
  }
  return there === undefined ? `${host} is no server of the project` : `${address} is ${there.name} there, not ${host}`;
}

/** The inventory against the project's servers, one by one; what the inventory does not know is only a warning. */
export function judgeServers({ servers: desired }: CloudDesire, { servers }: Pick<Project, 'servers'>): CloudCheck {
  const faults = desired.map((one) => faultOf(one, servers)).filter((fault) => fault !== '');
  const isKnown = (server: ServerAnswer) =>
    desired.some(({ host, address }) => host === server.name || addressesOf(server).includes(address));
  const strangers = servers.filter((server) => !isKnown(server));
  const warnings = strangers.map((server) => `the project also has ${server.name} (${shown(addressesOf(server))})`);
  const value = `${desired.length - faults.length}/${desired.length}`;
  return answerOf(
    'servers',
    { ...nothing(), faults, warnings },
    { value, text: 'the same servers as in the inventory' },
  );
}
