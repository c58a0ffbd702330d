// This file reads one module's source and says what it imports and which words it uses, each with its line.
import { parseSync } from 'oxc-parser';

/**
 * @typedef {object} ModuleImport
 * @property {string} specifier As written: './a.ts', 'ws', 'node:fs'.
 * @property {number} line 1-based.
 * @property {boolean} isTypeOnly Nothing of it is left at run time.
 *
 * @typedef {object} Word An identifier or a piece of a string; comments are no words.
 * @property {string} text
 * @property {number} line 1-based.
 *
 * @typedef {{ imports: ModuleImport[], words: Word[], syntaxErrors: string[] }} ModuleContents
 *
 * @typedef {{ type: string, start: number, [key: string]: any }} Node
 */

/**
 * Finds static, type-only, re-exporting and dynamic imports, and type queries such as `import('./a.ts').A`. A dynamic
 * import of a computed path is not one: nobody can say where it leads.
 *
 * @param {string} path Only its extension counts: it chooses the language.
 * @param {string} source
 * @returns {ModuleContents}
 */
export function readModule(path, source) {
  const { program, errors } = parseSync(path, source);
  /** @type {ModuleContents} */
  const contents = { imports: [], words: [], syntaxErrors: errors.map((error) => error.message) };
  const lineStarts = [0, ...Array.from(source.matchAll(/\n/g), (match) => match.index + 1)];
  const lineAt = (/** @type {number} */ offset) => lineStarts.findLastIndex((start) => start <= offset) + 1;

  visit(program, (node) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) {
      contents.imports.push({ specifier, line: lineAt(node.start), isTypeOnly: isTypeOnly(node) });
    }
    const text = wordOf(node);
    if (text !== undefined) contents.words.push({ text, line: lineAt(node.start) });
  });
  return contents;
}

/**
 * @param {Node} node
 * @param {(node: Node) => void} onNode
 */
function visit(node, onNode) {
  onNode(node);
  for (const child of Object.values(node)) {
    for (const each of Array.isArray(child) ? child : [child]) {
      if (typeof each?.type === 'string') visit(each, onNode);
    }
  }
}

/** @param {Node} node */
function specifierOf(node) {
  // Everything that names a module does so in `source`, except `import x = require('y')`.
  return node.type === 'TSExternalModuleReference' ? stringOf(node.expression) : stringOf(node.source);
}

/** @param {Node | undefined | null} node */
function stringOf(node) {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type !== 'TemplateLiteral' || node.expressions.length > 0) return undefined;
  return /** @type {string} */ (node.quasis[0].value.cooked);
}

/** @param {Node} node */
function isTypeOnly(node) {
  if (node.type === 'TSImportType') return true;
  if (node.importKind === 'type' || node.exportKind === 'type') return true;
  /** @type {Node[]} */
  const specifiers = node.specifiers ?? [];
  return specifiers.length > 0 && specifiers.every((each) => (each.importKind ?? each.exportKind) === 'type');
}

/** @param {Node} node */
function wordOf(node) {
  if (node.type === 'TemplateElement') return /** @type {string} */ (node.value.raw);
  if (node.type === 'JSXText') return node.value;
  if (node.type === 'Literal') return stringOf(node);
  return typeof node.name === 'string' ? node.name : undefined;
}
