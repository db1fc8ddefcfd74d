import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const source = join(repository, 'example-app')
const built = join(repository, '.build/example-app')

/**
 * A global setup: makes JavaScript of the example app once for all tests. They start it some seventy times, and compiling
 * it on the way, as `npm start` does, doubles what a start costs. Type errors are left to the type check.
 */
export function setup(): void {
  rmSync(built, { recursive: true, force: true })
  for (const path of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    const [from, to] = [join(source, path), join(built, path.replace(/\.ts$/, '.js'))]
    if (!statSync(from).isFile()) continue
    mkdirSync(dirname(to), { recursive: true })
    if (path.endsWith('.ts')) writeFileSync(to, javaScriptOf(readFileSync(from, 'utf8')))
    else copyFileSync(from, to)
  }
  process.env['EXAMPLE_APP_MAIN'] = join(built, 'main.js')
}

function javaScriptOf(typeScript: string): string {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true }
  return ts.transpileModule(typeScript, { compilerOptions }).outputText
}
