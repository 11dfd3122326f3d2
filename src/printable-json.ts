/** DEL and C1, and the marks that turn the direction of text: JSON leaves them as they are, and terminals obey them. */
const STEERING = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** The same JSON, with every character that could steer the terminal which shows it written as `\\u009b`. */
export function printableJson(json: string): string {
  return json.replace(STEERING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
