import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { templateOf, type Exchange } from '../../sandbox/hetzner/index.ts';

/** Hetzner's API as an OpenAPI document, which is kept beside the project and not in it. */
const DOCUMENT = join(import.meta.dirname, '../../../shared/hetzner-openapi.json');

/** False: what is sent and answered can't be compared with the document, and the tests that do it say so. */
export const hasDocument = existsSync(DOCUMENT);

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** OpenAPI 3.0 says `nullable` where JSON Schema knows null as a type. */
function withNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNull);
  if (!isObject(value)) return value;
  const { nullable, ...rest } = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withNull(one)]));
  return nullable === true ? { anyOf: [{ type: 'null' }, rest] } : rest;
}

/** What changed at Hetzner after the document: servers lost their datacenter, HTTP services have an idle timeout. */
function patch(document: unknown): void {
  if (Array.isArray(document)) for (const one of document) patch(one);
  if (!isObject(document)) return;
  const { required, properties } = document;
  if (Array.isArray(required) && isObject(properties)) {
    if (required.includes('datacenter')) document.required = required.filter((name) => name !== 'datacenter');
    if ('sticky_sessions' in properties) Object.assign(properties, { timeout_idle: { type: 'integer' } });
  }
  for (const one of Object.values(document)) patch(one);
}

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((found, key) => (isObject(found) ? found[key] : undefined), value);
}

const pointer = (parts: readonly string[]) =>
  `#/${parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;

/** Says of an exchange how it breaks the document; nothing when it keeps to it. */
export function openDocument(): (exchange: Exchange) => string[] {
  const document: unknown = JSON.parse(readFileSync(DOCUMENT, 'utf8'));
  patch(document);
  const ajv = new Ajv({ unknownFormats: 'ignore', allErrors: true, logger: false });
  ajv.addSchema(withNull(document) as Json, 'hetzner');

  function faultsOf(path: string[], value: unknown, what: string): string[] {
    const validate = ajv.getSchema(`hetzner${pointer(path)}`) ?? ajv.compile({ $ref: `hetzner${pointer(path)}` });
    if (validate(value) === true) return [];
    return [`${what}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`];
  }

  function queryFaults(operation: unknown, { query }: Exchange, what: string): string[] {
    const known = at(operation, 'parameters');
    const names = Array.isArray(known) ? known.map((one) => String(at(one, 'name'))) : [];
    return [...new URLSearchParams(query).keys()]
      .filter((name) => !names.includes(name))
      .map((name) => `${what}: there is no parameter ${name}`);
  }

  return (exchange) => {
    const { method, path, body, status, answer, fault } = exchange;
    const what = `${method} ${path} ${status}`;
    const template = templateOf(method, path);
    const verb = method.toLowerCase();
    const operation = at(document, 'paths', template, verb);
    if (operation === undefined) return [`${what}: the document has no ${method} ${template}`];
    const faults = queryFaults(operation, exchange, what);
    const asked = ['paths', template, verb, 'requestBody', 'content', 'application/json', 'schema'];
    if (typeof body === 'string') faults.push(...faultsOf(asked, JSON.parse(body), `${what}: request`));
    else if (at(document, ...asked.slice(0, 4)) !== undefined) faults.push(`${what}: lacks its body`);
    // What stands in the place of the API's answer, or never came, is none of its answers.
    if (status === 0 || fault === '502') return faults;
    const code =
      String(status) in ((at(operation, 'responses') ?? {}) as Json) ? String(status) : `${Math.floor(status / 100)}xx`;
    if (status === 204) return faults;
    const told = ['paths', template, verb, 'responses', code, 'content', 'application/json', 'schema'];
    const given: unknown = typeof answer === 'string' ? JSON.parse(answer) : answer;
    return [...faults, ...faultsOf(told, given, `${what}: answer`)];
  };
}
