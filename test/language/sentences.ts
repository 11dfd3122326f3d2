import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** Calls whose words are no sentence: they are looked for or taken apart. */
const LOOKED_FOR: readonly string[] = ['split', 'startsWith', 'endsWith', 'includes', 'replace', 'replaceAll'];

/** What stands in a place is not known until it is told. */
const PLACE = '\u0000';

/** Pieces of a text one after the other, with a mark where something is filled in; undefined for what is no text. */
function written(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `${PLACE}${literal.text}`).join('');
  }
  if (ts.isParenthesizedExpression(node)) return written(node.expression);
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [written(node.left), written(node.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}

/** What is filled into the text, which may be a text too. */
function filledInto(node: ts.Expression): ts.Node[] {
  if (ts.isTemplateExpression(node)) return node.templateSpans.map(({ expression }) => expression);
  if (ts.isParenthesizedExpression(node)) return filledInto(node.expression);
  return ts.isBinaryExpression(node) ? [...filledInto(node.left), ...filledInto(node.right)] : [];
}

function numbered(text: string): string {
  let number = 0;
  return text.replaceAll(PLACE, () => {
    number += 1;
    return `{${number}}`;
  });
}

/** The texts of a call: names that are joined by a word are a sentence with two places. */
function inCall(node: ts.CallExpression): string[] {
  const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : '';
  const rest = [...textsIn(node.expression)];
  if (LOOKED_FOR.includes(name)) return rest;
  const [between] = node.arguments;
  if (name === 'join' && between !== undefined && ts.isStringLiteralLike(between)) {
    return [...rest, ...(isSaid(between.text) ? [numbered(`${PLACE}${between.text}${PLACE}`)] : [])];
  }
  return [...rest, ...node.arguments.flatMap(textsIn)];
}

function textsIn(node: ts.Node): string[] {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return [];
  if (ts.isCallExpression(node)) return inCall(node);
  if (ts.isPropertyAssignment(node)) return textsIn(node.initializer);
  const text = ts.isExpression(node) ? written(node) : undefined;
  if (text !== undefined) return [numbered(text), ...filledInto(node as ts.Expression).flatMap(textsIn)];
  const found: string[] = [];
  ts.forEachChild(node, (child) => void found.push(...textsIn(child)));
  return found;
}

/** True for a text that says something: it has a word, and a blank beside it. */
export function isSaid(text: string): boolean {
  const said = text.replaceAll(/\{\d+\}/g, '');
  return /[a-z]{2}/.test(said) && said.includes(' ');
}

/** Every text that the source file writes, with numbered places where something is filled in. */
export function textsOf(file: string): string[] {
  return textsIn(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
}
