import { facts } from './world.ts';
import type { Call, Performance } from './world.ts';

/** Nothing carries requests through load balancers that are none, and no DNS knows the names: it says as if they did. */
function statusHost({ world, args }: Call): Performance {
  const wishes = (kind: string) =>
    args.filter((word) => word.startsWith(`${kind}=`)).map((word) => word.slice(kind.length + 1));
  const ports = wishes('port').map((wish): [string, string] => {
    const [name = '', , port = ''] = wish.split(',');
    return [`request.${name}.${port}`, 'answers'];
  });
  const names = wishes('name').map((fqdn): [string, string] => {
    const [name = ''] = fqdn.split('.');
    const meant = [...world.values()].filter((host) =>
      name === 's3' ? host.name.startsWith('minio-') : host.name === name,
    );
    return [`dns.${fqdn}`, meant.map(({ address }) => address).join(',')];
  });
  return facts([...ports, ...names]);
}

/** What the scripts of lb do here. */
export const LB_SCRIPTS: Readonly<Record<string, (call: Call) => Performance>> = { 'lb/status-host.sh': statusHost };
