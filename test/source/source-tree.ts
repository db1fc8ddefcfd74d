import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const repository = fileURLToPath(new URL('../..', import.meta.url))

/** The paths that are, or are about to be, under version control. */
export function trackedPaths(): readonly string[] {
  const flags = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const paths = execFileSync('git', flags, { cwd: repository, encoding: 'utf8' }).split('\0')
  return paths.filter((path) => path !== '' && existsSync(join(repository, path)))
}

export function textOf(path: string): string {
  return readFileSync(join(repository, path), 'utf8')
}

export function parsed(path: string): ts.SourceFile {
  return ts.createSourceFile(path, textOf(path), ts.ScriptTarget.Latest, true)
}

/** A node and everything below it. */
export function* nodesIn(node: ts.Node): Generator<ts.Node> {
  yield node
  for (const child of node.getChildren()) yield* nodesIn(child)
}
