import { z } from 'zod';
import { CommandError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { WebhookRefusal, type Webhook } from '../webhook.ts';
import type { Observation } from './alert-rules.ts';
import { FREEZE_SUBJECT, HOSTS_SUBJECT, MONITOR_SUBJECT, POLICY_SUBJECT } from './alert-state.ts';
import type { Alerts } from './alerts-face.ts';

const text = (charsMax: number) => z.string().transform((value) => value.slice(0, charsMax));
const labels = z.record(z.string().max(200), text(500)).default({});

/** What Alertmanager posts (webhook_config, version 4), as far as we read it. */
const Payload = z.object({
  version: z.literal('4'),
  alerts: z
    .array(
      z.object({
        status: z.enum(['firing', 'resolved']),
        labels,
        annotations: labels,
        startsAt: text(40).optional(),
        fingerprint: z.string().regex(/^[0-9a-f]{1,64}$/),
      }),
    )
    .max(10_000),
});

/** What was told of one subject. */
export interface ToldOutside {
  subject: string;
  observations: Observation[];
}

/** Names that are ours: what comes from outside must not look like what we saw ourselves. */
const RESERVED: readonly string[] = [HOSTS_SUBJECT, MONITOR_SUBJECT, POLICY_SUBJECT, FREEZE_SUBJECT];
const SUBJECT_FALLBACK = 'alertmanager';

/** Alerts are grouped by what they are about: the first of these labels that is there. */
const GROUP_LABELS = ['module', 'service', 'job'];

function subjectOf(given: Record<string, string>): string {
  const word = GROUP_LABELS.map((label) => given[label] ?? '').find((value) => value !== '') ?? '';
  const name = word
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 30)
    .replace(/-+$/, '');
  if (name === '' || RESERVED.includes(name)) return SUBJECT_FALLBACK;
  // A module's own checks come whole, from the monitor: told of elsewhere it is another subject.
  return `am-${name}`;
}

function observationOf(alert: z.infer<typeof Payload>['alerts'][number]): Observation {
  const { alertname = 'alert', instance = '', severity = '' } = alert.labels;
  const { summary, description, message } = alert.annotations;
  const isFiring = alert.status === 'firing';
  return {
    key: `${alertname.slice(0, 60)} ${instance.slice(0, 60)} ${alert.fingerprint.slice(0, 16)}`.replace(/\s+/g, ' '),
    answer: isFiring ? 'fail' : 'pass',
    value: severity.slice(0, 40),
    text: summary ?? description ?? message ?? '',
    severity: ['critical', 'page', 'error', 'emergency'].includes(severity.toLowerCase()) ? 'critical' : 'warning',
  };
}

/** What an Alertmanager webhook tells, by subject. Throws CommandError when it is none. */
export function readAlertmanager(body: unknown): ToldOutside[] {
  const parsed = Payload.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CommandError(
      `This is no webhook of Alertmanager: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
      {
        code: 'KEYBUZZ_WEBHOOK_INVALID',
        fix: 'Point a `webhook_config` of Alertmanager (payload version 4) here.',
      },
    );
  }
  const bySubject = new Map<string, Observation[]>();
  for (const alert of parsed.data.alerts) {
    const subject = subjectOf(alert.labels);
    bySubject.set(subject, [...(bySubject.get(subject) ?? []), observationOf(alert)]);
  }
  return [...bySubject].map(([subject, observations]) => ({ subject, observations }));
}

/** Where Alertmanager posts to; what it tells is durable before it is answered. */
export function alertmanagerWebhook(token: Secret, alerts: () => Pick<Alerts, 'tell'> | undefined): Webhook {
  return {
    path: '/webhooks/alertmanager',
    token,
    async take(body) {
      const told = refused(body);
      const taker = alerts();
      if (taker === undefined) throw new Error('not started');
      for (const { subject, observations } of told) await taker.tell(subject, { observations, isWhole: false });
    },
  };
}

function refused(body: unknown): ToldOutside[] {
  try {
    return readAlertmanager(body);
  } catch (error) {
    if (error instanceof CommandError) throw new WebhookRefusal(`${error.message} ${error.fix}`);
    throw error;
  }
}
