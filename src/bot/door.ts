import type { App, Receiver } from '@slack/bolt';
import type { Metric } from '../health.ts';

/** How well Slack reaches us, for /readyz, /metrics and the log. */
export interface DoorHealth {
  /** Something can come in now. */
  isOpen: boolean;
  /** Open connections to Slack; of a door that Slack calls by HTTP, 1 while it listens. */
  connections: number;
  /** How many there are when all is well. */
  wanted: number;
  /** What the newest trouble was; empty when all is well. */
  trouble: string;
  /** Where the HTTP door listens; undefined: no such door. */
  port?: number;
}

/** A way in from Slack: how Bolt gets its envelopes, and how it is closed for good. */
export interface Door {
  receiver: Receiver;
  /**
   * Lets Slack in; `app` has all its listeners by now. Resolves when it can be reached. Throws ConfigError when Slack will
   * never let us, ExternalError when it does not now.
   */
  open(app: App): Promise<void>;
  /** Resolves when nothing more comes in and what came in is acked, or after a deadline. */
  close(): Promise<void>;
}

/** The door in the Prometheus format; undefined: not opened yet. */
export function doorMetrics(door: DoorHealth | undefined): Metric[] {
  const gauge = (name: string, help: string, value: number): Metric => ({ name, help, type: 'gauge', value });
  return [
    gauge('keybuzz_slack_connections', 'Open connections to Slack.', door?.connections ?? 0),
    gauge('keybuzz_slack_connections_wanted', 'Connections to Slack when all is well.', door?.wanted ?? 0),
  ];
}
