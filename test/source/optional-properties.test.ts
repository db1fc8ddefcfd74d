import { join, relative } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { repository } from './source-tree.js'

const ENTRIES = ['lib/index.ts', 'lib/stores/store-contract.ts'].map((path) => join(repository, path))

/** `oauth.logins.stop({ clientId: undefined })` throws, because it must not stop the logins of all clients. */
const EXCEPTIONS = [/^lib\/administration\/login-administration\.ts:\d+ clientId$/]

/** Under `exactOptionalPropertyTypes`, `{ realm: process.env.REALM }` does not compile where a property is only optional. */
test('Every optional property that applications can reach also accepts undefined.', { timeout: 120_000 }, () => {
  const program = ts.createProgram(ENTRIES, {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
  })
  const checker = program.getTypeChecker()
  const properties = publicDeclarations(program).flatMap(optionalProperties)
  expect(properties.length).toBeGreaterThan(100)
  const places = properties.filter((property) => !acceptsUndefined(checker, property)).map(placeOf)
  expect(places.filter((place) => !EXCEPTIONS.some((exception) => exception.test(place)))).toEqual([])
})

/** What the entries export, and all that it is made of in `lib`. */
function publicDeclarations(program: ts.Program): readonly ts.Node[] {
  const checker = program.getTypeChecker()
  const found = new Set<ts.Node>()

  function addSymbol(symbol: ts.Symbol | undefined): void {
    const isAlias = symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0
    for (const declaration of (isAlias ? checker.getAliasedSymbol(symbol) : symbol)?.declarations ?? []) {
      const isOurs = declaration.getSourceFile().fileName.startsWith(join(repository, 'lib'))
      if (!isOurs || found.has(declaration)) continue
      found.add(declaration)
      addReferences(declaration)
    }
  }

  function addReferences(node: ts.Node): void {
    if (ts.isBlock(node)) return
    if (ts.isTypeReferenceNode(node)) addSymbol(checker.getSymbolAtLocation(node.typeName))
    if (ts.isExpressionWithTypeArguments(node)) addSymbol(checker.getSymbolAtLocation(node.expression))
    ts.forEachChild(node, addReferences)
  }

  for (const entry of ENTRIES) {
    const file = program.getSourceFile(entry)
    const module = file && checker.getSymbolAtLocation(file)
    for (const symbol of module ? checker.getExportsOfModule(module) : []) addSymbol(symbol)
  }
  return [...found]
}

function optionalProperties(node: ts.Node): readonly ts.PropertySignature[] {
  const found: ts.PropertySignature[] = []
  const visit = (child: ts.Node): void => {
    if (ts.isPropertySignature(child) && child.questionToken !== undefined) found.push(child)
    if (!ts.isBlock(child)) ts.forEachChild(child, visit)
  }
  visit(node)
  return found
}

function acceptsUndefined(checker: ts.TypeChecker, { type }: ts.PropertySignature): boolean {
  return type === undefined || checker.isTypeAssignableTo(checker.getUndefinedType(), checker.getTypeFromTypeNode(type))
}

function placeOf(property: ts.PropertySignature): string {
  const file = property.getSourceFile()
  const { line } = file.getLineAndCharacterOfPosition(property.getStart())
  return `${relative(repository, file.fileName)}:${line + 1} ${property.name.getText()}`
}
