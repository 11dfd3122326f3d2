import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as OTLP writes it in JSON, as far as tests look at it. */
export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: { code?: number };
  attributes: { key: string; value: Record<string, unknown> }[];
}

/** A collector that speaks OTLP over HTTP in JSON, as the exporter does. */
export async function startCollector() {
  const spans: Span[] = [];
  const services = new Set<string>();
  let bodies = '';
  let isHeld = false;
  const held: (() => void)[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      bodies += body;
      const { resourceSpans } = JSON.parse(body) as {
        resourceSpans: {
          resource: { attributes: Span['attributes'] };
          scopeSpans: { spans: Span[] }[];
        }[];
      };
      for (const { resource, scopeSpans } of resourceSpans) {
        for (const { key, value } of resource.attributes)
          if (key === 'service.name') services.add(String(value.stringValue));
        spans.push(...scopeSpans.flatMap((scope) => scope.spans));
      }
      const answer = () => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      if (isHeld) held.push(answer);
      else answer();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...{ spans, services, bodies: () => bodies },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Answers nobody until the function is called. */
    hold() {
      isHeld = true;
      return () => {
        for (const answer of held.splice(0)) answer();
      };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
