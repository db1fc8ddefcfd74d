import ts from 'typescript'

/** The value of a literal of TypeScript's, or `undefined` where the text is something else. */
export function literalValue(text: string): unknown {
  const { statements } = ts.createSourceFile('literal.ts', `(${text})`, ts.ScriptTarget.Latest, true)
  const [statement] = statements
  if (statement === undefined || !ts.isExpressionStatement(statement)) return undefined
  return valueOf(statement.expression)
}

function valueOf(node: ts.Expression): unknown {
  if (ts.isParenthesizedExpression(node)) return valueOf(node.expression)
  if (ts.isStringLiteral(node)) return node.text
  if (ts.isNumericLiteral(node)) return Number(node.text)
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false
  if (ts.isArrayLiteralExpression(node)) return node.elements.map(valueOf)
  if (!ts.isObjectLiteralExpression(node)) return undefined
  const members = node.properties.filter(ts.isPropertyAssignment)
  return Object.fromEntries(members.map(({ name, initializer }) => [name.getText(), valueOf(initializer)]))
}
