import { ExternalError } from '../errors.ts';

/** What is known of an answer that was no success. */
interface Refusal {
  /** HTTP status; 0 when no answer came. */
  status: number;
  /** Hetzner's own code: `locked`, `uniqueness_error`; `no_answer` or `no_json` when there was none. */
  reason: string;
  /** Names the request to Hetzner's support; empty when no answer came. */
  correlationId: string;
  /** `GET /load_balancers`: never a token, never a body. */
  request: string;
}

/** Hetzner's API did not do what it was asked, or nobody knows whether it did. */
export class HetznerError extends ExternalError {
  readonly status: number;
  readonly reason: string;
  readonly correlationId: string;

  constructor(message: string, parts: Refusal & { fix: string; cause?: unknown }) {
    const id = parts.correlationId === '' ? '' : `, correlation id ${parts.correlationId}`;
    super(`${message} (${parts.request}${parts.status === 0 ? '' : `: ${parts.status} ${parts.reason}`}${id}).`, {
      code: 'KEYBUZZ_HETZNER',
      fix: parts.fix,
      cause: parts.cause,
    });
    this.status = parts.status;
    this.reason = parts.reason;
    this.correlationId = parts.correlationId;
  }
}

/** Something else is going on there: look again, then decide anew. */
const BUSY: readonly string[] = ['conflict', 'locked', 'uniqueness_error', 'service_error', 'no_subnet_available'];

/** What passes when it is looked at again: ours was done already, or what it needs is about to be there. */
const OVERTAKEN: readonly string[] = [
  'target_already_defined',
  'source_port_already_used',
  'load_balancer_already_attached',
  'load_balancer_not_attached_to_network',
  'load_balancer_target_not_found',
  'targets_without_use_private_ip',
];

/** True when nobody knows whether it was done: the answer was lost, or came from something in between. */
export function isLost(error: HetznerError): boolean {
  return error.status === 0 || error.status >= 500;
}

/** True when the same may well be possible soon; whoever tries again looks first at how things are. */
export function passes(error: HetznerError): boolean {
  return isLost(error) || error.status === 429 || BUSY.includes(error.reason) || OVERTAKEN.includes(error.reason);
}

const FIXES: Readonly<Record<string, string>> = {
  unauthorized: 'Set HCLOUD_TOKEN of the worker to a token of the Hetzner Cloud project.',
  token_readonly: 'Set HCLOUD_TOKEN of the worker to a token that may read and write.',
  forbidden: 'Set HCLOUD_TOKEN of the worker to a token that may do this.',
  resource_limit_exceeded: 'Ask Hetzner for a higher limit, or take a larger type of load balancer.',
  ip_not_available: 'Free the address: the preview names who holds it.',
  protected: "Lift the load balancer's protection in Hetzner's console.",
  deprecated_api_endpoint: 'Update the bot: Hetzner took away what it asked.',
};

/** What to do about a refusal with that code. */
export function fixOf(reason: string): string {
  return FIXES[reason] ?? "Look at the project in Hetzner's console, then try again.";
}
