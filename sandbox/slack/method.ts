import { z } from 'zod';
import { SlackFault, type Json } from './model.ts';
import type { World } from './world.ts';

/** Slack's rate tiers; `post` is the one that counts per channel. */
export type Tier = 1 | 2 | 3 | 4 | 'post' | 'wide';

/** One Web API method. */
export interface Method {
  /** Which of the two tokens it wants. */
  token: 'bot' | 'app';
  scope?: string;
  tier: Tier;
  /** Parses and runs; gives the answer without `ok`, throws SlackFault. */
  call: (params: Json, world: World) => Json;
}

/** What a method is made of. */
interface MethodParts<S extends z.ZodType> extends Omit<Method, 'call'> {
  params: S;
  run: (params: z.output<S>, world: World) => Json;
}

/** A method whose parameters are checked the way Slack does: `invalid_arguments` names the field. */
export function method<S extends z.ZodType>(parts: MethodParts<S>): Method {
  const { params: schema, run, ...rest } = parts;
  return {
    ...rest,
    call: (params, world) => {
      const parsed = schema.safeParse(params);
      if (parsed.success) return run(parsed.data, world);
      const messages = parsed.error.issues.map(
        (issue) => `[ERROR] ${issue.message} [json-pointer:/${issue.path.map(String).join('/')}]`,
      );
      throw new SlackFault('invalid_arguments', { response_metadata: { messages } });
    },
  };
}

/** A text field. */
export const word = z.string();

/** `true`, `"true"`, `1` and `"1"` are true: forms carry only text. */
export const flag = z
  .union([z.boolean(), z.string(), z.number()])
  .transform((value) => /^(true|1)$/.test(String(value)));

/** A number, also as text. */
export const count = z.coerce.number();

/** A nested value: JSON text in a form, itself in a JSON body. Unreadable text becomes `undefined` inside `{broken}`. */
export const nested = z.unknown().transform((value): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return BROKEN;
  }
});

/** Stands for a nested value that was not JSON. */
export const BROKEN = Symbol('not JSON');
