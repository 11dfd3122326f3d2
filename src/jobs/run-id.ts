import { createHash } from 'node:crypto';

const CONSONANTS = 'bdfghjklmnprstvz';
const VOWELS = 'aiou';

/** 16 bits as five letters that can be said aloud, consonant-vowel-consonant-vowel-consonant (proquint, arXiv:0901.4016). */
function quint(bits: number): string {
  const letter = (alphabet: string, shift: number) => alphabet.charAt((bits >> shift) & (alphabet.length - 1));
  return (
    letter(CONSONANTS, 12) + letter(VOWELS, 10) + letter(CONSONANTS, 6) + letter(VOWELS, 4) + letter(CONSONANTS, 0)
  );
}

/**
 * The run id of an interaction, 32 bits of its hash: the same click always means the same run. `round` (from 0) gives
 * another one when an unrelated run already has it.
 */
export function runIdOf(interaction: string, round: number): string {
  const digest = createHash('sha256').update(`${round}:${interaction}`).digest();
  return `${quint(digest.readUInt16BE(0))}-${quint(digest.readUInt16BE(2))}`;
}
