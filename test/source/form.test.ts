import { posix } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { nodesIn, parsed, textOf, trackedPaths } from './source-tree.js'

const paths = trackedPaths()
const sources = paths.filter((path) => /^(?:lib|test|example-app)\/.*\.ts$/.test(path))

test('The top level holds lib, test, example-app and what belongs there.', () => {
  const names = [
    'lib',
    'test',
    'example-app',
    'package.json',
    'tsconfig.json',
    'README.md',
    'package-lock.json',
    'LICENSE',
    'CHANGELOG.md',
  ]
  const top = new Set(paths.map((path) => path.split('/', 1)[0] ?? ''))
  expect([...top].filter((name) => !names.includes(name) && !name.startsWith('.'))).toEqual([])
  expect(names.filter((name) => !top.has(name))).toEqual([])
})

test('The README is short enough for npm, which cuts it at 65,536 characters.', () => {
  // So its tables are not padded; prettier would pad them to the width of their longest cell.
  expect(Buffer.byteLength(textOf('README.md'))).toBeLessThan(65_536)
})

test('No file and no folder has a name that fits everything.', () => {
  const vague = /^(?:utils?|utilities|helpers?|common|shared|types?|misc|base|managers?)$/i
  const parts = new Set(paths.flatMap((path) => path.split('/').map((part) => part.replace(/\..*$/, ''))))
  expect([...parts].filter((part) => vague.test(part))).toEqual([])
})

test('File names are in kebab-case.', () => {
  const names = sources.map((path) => posix.basename(path).replace(/(?:\.test|\.d)?\.ts$/, ''))
  expect(names.filter((name) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name))).toEqual([])
})

test('Nothing is exported by default.', () => {
  // To parse every source takes long; most do not have the word.
  const candidates = sources.filter((path) => /\bdefault\b/.test(textOf(path)))
  expect(candidates.filter((path) => [...nodesIn(parsed(path))].some(isDefaultExport))).toEqual([])
})

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true
  if (ts.isExportSpecifier(node)) return node.name.text === 'default'
  return node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isDefaultClause(node.parent)
}
