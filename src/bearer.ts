import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from './secret.ts';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Compared in constant time, whatever the lengths. */
const isSame = (one: string, other: string) => timingSafeEqual(digest(one), digest(other));

/** True when the header is `Bearer <token>`. */
export function isShown(authorization: string | undefined, token: Secret): boolean {
  return isSame(authorization ?? '', `Bearer ${token.reveal()}`);
}

/** True when the header has the token as somebody's password: what a browser asks for and sends (RFC 7617). */
export function isPassword(authorization: string | undefined, token: Secret): boolean {
  const [, encoded = ''] = /^Basic (\S+)$/.exec(authorization ?? '') ?? [];
  const credentials = Buffer.from(encoded, 'base64').toString('utf8');
  return isSame(credentials.slice(credentials.indexOf(':') + 1), token.reveal());
}
