import { posix } from 'node:path'
import ts from 'typescript'
import { nodesIn, parsed, trackedPaths } from './source-tree.js'

/** One `import` or `export … from`, or an `import()` whose argument is a text. */
export interface Import {
  /** The path, within `lib`, of the file that it stands in. */
  readonly from: string
  /** A path within `lib`, or the specifier of a package. */
  readonly to: string
  readonly isOurs: boolean
  /** It is gone at run time. */
  readonly isTypeOnly: boolean
}

/** The paths of the library's own files, within `lib`. */
export const ownFiles: readonly string[] = trackedPaths()
  .filter((path) => path.startsWith('lib/') && path.endsWith('.ts'))
  .map((path) => path.slice('lib/'.length))

export const imports: readonly Import[] = ownFiles.flatMap(importsIn)

function importsIn(from: string): Import[] {
  return [...nodesIn(parsed(`lib/${from}`))].flatMap((node) => {
    const imported = specifierOf(node)
    if (imported === undefined) return []
    const { specifier, isTypeOnly } = imported
    const isOurs = specifier.startsWith('.')
    const to = isOurs ? posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts') : specifier
    return [{ from, to, isOurs, isTypeOnly }]
  })
}

function specifierOf(node: ts.Node): { specifier: string; isTypeOnly: boolean } | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const isTypeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
    return { specifier: node.moduleSpecifier.text, isTypeOnly }
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, isTypeOnly: node.isTypeOnly }
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
    return { specifier: node.argument.literal.text, isTypeOnly: true }
  }
  return isImportCall(node) ? { specifier: node.arguments[0].text, isTypeOnly: false } : undefined
}

/** `import('…')`, `require('…')`, and the like. */
function isImportCall(node: ts.Node): node is ts.CallExpression & { arguments: readonly [ts.StringLiteral] } {
  if (!ts.isCallExpression(node)) return false
  const [argument] = node.arguments
  const name = node.expression.getText()
  return (
    argument !== undefined &&
    ts.isStringLiteral(argument) &&
    ['import', 'require', 'process.getBuiltinModule'].includes(name)
  )
}
