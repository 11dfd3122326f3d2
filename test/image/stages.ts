import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser, type Instruction as ParsedInstruction } from 'dockerfile-ast';
import { ModifiableInstruction } from 'dockerfile-ast/lib/modifiableInstruction.js';

export const ROOT = join(import.meta.dirname, '../..');

/** One instruction as it is written: its keyword, its flags (`from=build`), and what follows them. */
export interface Instruction {
  keyword: string;
  flags: Record<string, string>;
  /** Words as written; of RUN and CMD the whole text is one. */
  words: string[];
}

/** A stage of the Dockerfile: from one FROM to the next. */
export interface Stage {
  /** `AS <name>`, else empty. */
  name: string;
  base: string;
  instructions: Instruction[];
}

const WHOLE = ['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK'];

function flagsOf(instruction: ParsedInstruction): Record<string, string> {
  const flags = instruction instanceof ModifiableInstruction ? instruction.getFlags() : [];
  return Object.fromEntries(flags.map((flag) => [flag.getName(), flag.getValue() ?? '']));
}

function instructionOf(instruction: ParsedInstruction): Instruction {
  const keyword = instruction.getKeyword();
  const text = (instruction.getRawArgumentsContent() ?? '').replaceAll(/\\\n/g, ' ').trim();
  return { keyword, flags: flagsOf(instruction), words: WHOLE.includes(keyword) ? [text] : text.split(/\s+/) };
}

/** The stages of the project's Dockerfile, in order. */
export function readStages(): Stage[] {
  const stages: Stage[] = [];
  for (const each of DockerfileParser.parse(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')).getInstructions()) {
    const instruction = instructionOf(each);
    if (instruction.keyword === 'FROM') {
      const [base = '', , name = ''] = instruction.words;
      stages.push({ name, base, instructions: [] });
    } else {
      stages.at(-1)?.instructions.push(instruction);
    }
  }
  return stages;
}

/** An exec form, `["node", "cli.js"]`, as its words. */
export function execForm(text: string): string[] {
  return JSON.parse(text.replace(/^CMD\s+/, '')) as string[];
}
