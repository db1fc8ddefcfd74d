import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const packageRoot = fileURLToPath(new URL('../../..', import.meta.url))
const benchDirectory = join('test', 'bench')

/**
 * A copy of what is measured, as plain JavaScript: the built library, and this directory without its types. The
 * processes measured then run plain node, with no loader in them, and a build meanwhile does not change them.
 */
export interface StagedPackage {
  /** The path of a staged module of this directory. */
  script(name: string): string
  remove(): void
}

export function stagePackage(): StagedPackage {
  const root = mkdtempSync(join(tmpdir(), 'express-oauth-password-grant-bench-'))
  symlinkSync(join(packageRoot, 'node_modules'), join(root, 'node_modules'))
  cpSync(join(packageRoot, 'package.json'), join(root, 'package.json'))
  if (existsSync(join(packageRoot, 'dist'))) cpSync(join(packageRoot, 'dist'), join(root, 'dist'), { recursive: true })

  for (const file of readdirSync(join(packageRoot, benchDirectory), { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.ts')) transpile(file, root)
  }
  const remove = () => {
    rmSync(root, { recursive: true, force: true })
  }
  process.once('exit', remove)
  return {
    script: (name) => join(root, benchDirectory, `${name}.js`),
    remove,
  }
}

function transpile(file: string, root: string): void {
  const source = readFileSync(join(packageRoot, benchDirectory, file), 'utf8')
  const { outputText } = ts.transpileModule(source, {
    fileName: file,
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
  })
  const target = join(root, benchDirectory, file.replace(/\.ts$/, '.js'))
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, outputText)
}
