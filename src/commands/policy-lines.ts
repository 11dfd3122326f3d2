import { isNode, LineCounter, parseDocument, YAMLParseError, type Document } from 'yaml';
import { configError, type Fault } from '../faults.ts';

/** A policy.yaml text as plain data, and where in the text its parts stand. */
export interface PolicyText {
  value: unknown;
  /** The fault with the line at which its part of the file stands, where there is such a part. */
  withLine: (fault: Fault) => Fault;
}

/** Line of the part at this path, or of the nearest part around it; undefined: only the whole file is around it. */
function lineAt(document: Document, lines: LineCounter, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

/** Reads YAML. Throws ConfigError, with the line, for what is none. */
export function readPolicyText(text: string, file: string): PolicyText {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { uniqueKeys: true, lineCounter: lines });
    const [broken] = document.errors;
    if (broken !== undefined) throw broken;
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    return {
      value,
      withLine(fault) {
        const path = fault.where.split('/').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
        const line = lineAt(document, lines, path);
        return line === undefined ? fault : { ...fault, where: `line ${line}, ${fault.where}` };
      },
    };
  } catch (cause) {
    const where = cause instanceof YAMLParseError ? `line ${cause.linePos?.[0].line ?? 1}` : 'the file';
    const what = cause instanceof Error ? (cause.message.split('\n')[0] ?? '').replace(/[.:]?$/, '') : String(cause);
    throw configError(file, 'KEYBUZZ_POLICY_INVALID', [{ where, what, fix: 'Correct the YAML there.' }]);
  }
}
