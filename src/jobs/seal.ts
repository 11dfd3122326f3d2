import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { DefectError } from '../errors.ts';
import type { Secret } from '../secret.ts';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts what Redis must not hold in clear. `of` is whose it is: sealed for one it does not open for another. */
export interface Seal {
  close(text: string, of: string): string;
  /** Throws DefectError for what was sealed with another key, for somebody else, or changed since. */
  open(sealed: string, of: string): string;
}

/** A seal whose key is derived (HKDF-SHA-256) from a random word of at least 32 characters. */
export function openSeal(key: Secret): Seal {
  const derived = Buffer.from(hkdfSync('sha256', key.reveal(), '', 'keybuzz totp', 32));
  return {
    close(text, of) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, derived, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(of));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
    },
    open(sealed, of) {
      const bytes = Buffer.from(sealed, 'base64');
      try {
        const decipher = createDecipheriv(ALGORITHM, derived, bytes.subarray(0, IV_BYTES), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAAD(Buffer.from(of));
        decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        const body = bytes.subarray(IV_BYTES + TAG_BYTES);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new DefectError('What is kept of one-time codes does not open with this key.', {
          code: 'KEYBUZZ_TOTP_SEALED',
          fix: 'KEYBUZZ_TOTP_KEY must be the one it was enrolled with; after another key everybody enrols anew: totp forget.',
          cause,
        });
      }
    },
  };
}
