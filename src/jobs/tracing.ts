import type { Context } from '@opentelemetry/api';
import { sentenceOf } from '../errors.ts';
import { traceQueues } from './queues.ts';
import { spansOfRun, type RunSpan } from './run-spans.ts';
import type { RunState } from './state.ts';

/** Where a process tells how long what took. */
export interface Tracing {
  /** Tells of a run that ended. */
  run(state: RunState): void;
  /** Sends what was not sent yet, for a moment at most. */
  close(): Promise<void>;
}

/** A collector that is away must not hold up the end of a process. */
const LAST_WORD_MS = 3_000;

/**
 * Traces this process's queues, consumers and runs to where the standard variables OTEL_* say; undefined when it is not
 * wanted, and then nothing of OpenTelemetry is loaded. To be called before any queue is opened. `warn` is told when the
 * collector does not take it, once for the same trouble.
 */
export async function openTracing(
  isWanted: boolean,
  role: string,
  warn: (what: string, error: unknown) => void,
): Promise<Tracing | undefined> {
  if (!isWanted) return undefined;
  const [api, sdk, { OTLPTraceExporter }, resources, { BullMQOtel }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('bullmq-otel'),
  ]);
  let told = '';
  const tell = (...words: unknown[]) => {
    const sentence = words.map((word) => sentenceOf(word)).join(' ');
    if (sentence !== told) warn('traces are not taken', new Error(sentence));
    told = sentence;
  };
  const quiet = () => undefined;
  api.diag.setLogger(
    { error: tell, warn: tell, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: api.DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const given = resources.detectResources({ detectors: [resources.envDetector] });
  const provider = new sdk.NodeTracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': `keybuzz-${role}` }).merge(given),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  traceQueues(new BullMQOtel({ tracerName: 'keybuzz-queues' }));
  const tracer = provider.getTracer('keybuzz-runs');

  function emit({ name, startMs, endMs, isError, attributes, children }: RunSpan, parent: Context): void {
    const span = tracer.startSpan(name, { startTime: startMs, attributes }, parent);
    if (isError) span.setStatus({ code: api.SpanStatusCode.ERROR });
    for (const child of children) emit(child, api.trace.setSpan(parent, span));
    span.end(endMs);
  }

  return {
    run: (state) => emit(spansOfRun(state), api.ROOT_CONTEXT),
    async close() {
      traceQueues(undefined);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, LAST_WORD_MS)));
      await Promise.race([provider.shutdown().catch(tell), late]);
      clearTimeout(timer);
      for (const each of [api.trace, api.context, api.propagation, api.diag]) each.disable();
    },
  };
}
