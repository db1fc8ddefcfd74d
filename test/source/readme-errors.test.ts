import ts from 'typescript'
import { expect, test } from 'vitest'
import { OAuthError, type OAuthErrorCode } from '../../lib/index.js'
import { ownFiles } from './imports.js'
import { codeIn, readmeRows } from './readme-tables.js'
import { nodesIn, parsed } from './source-tree.js'

const rows = readmeRows('code').map(([code, status]) => ({ code: codeIn(code) ?? '', status: Number(status) }))

test('The README names every error code and no other, the first time with its own status.', () => {
  const codes = codesInTable()
  expect([...new Set(rows.map(({ code }) => code))].sort()).toEqual([...codes].sort())
  for (const code of codes) {
    const status = rows.filter((row) => row.code === code).map((row) => row.status)
    expect([code, status]).toEqual([code, expect.arrayContaining([new OAuthError(code, '').status])])
  }
})

test('The README names every other status that the library gives to a code, and no other.', () => {
  const own = rows.filter(({ code, status }) => new OAuthError(code as OAuthErrorCode, '').status !== status)
  expect([...new Set(own.map(({ status }) => status))].sort()).toEqual([...statusesGiven()].sort())
})

/** The keys of the table in `lib/oauth-error.ts`. */
function codesInTable(): OAuthErrorCode[] {
  const table = [...nodesIn(parsed('lib/oauth-error.ts'))]
    .filter(ts.isVariableDeclaration)
    .find(({ name }) => name.getText() === 'statusOf')
  const literal = [...nodesIn(table ?? expect.fail('There is no table.'))].find(ts.isObjectLiteralExpression)
  return (literal?.properties ?? []).map((member) => member.name?.getText() as OAuthErrorCode)
}

/** The numbers that stand for a `status` anywhere in lib, as a member or as an argument, beside the table and success. */
function statusesGiven(): ReadonlySet<number> {
  const inTable = codesInTable().map((code) => new OAuthError(code, '').status)
  const given = ownFiles.flatMap((file) => statusesIn(parsed(`lib/${file}`)))
  return new Set(given.filter((status) => status !== 200 && !inTable.includes(status)))
}

function statusesIn(file: ts.SourceFile): number[] {
  const nodes = [...nodesIn(file)]
  const members = nodes.filter(ts.isPropertyAssignment).filter(({ name }) => name.getText() === 'status')
  const functions = nodes.filter(ts.isFunctionDeclaration)
  const values = nodes.filter(ts.isCallExpression).flatMap(({ expression, arguments: values }) => {
    const called = functions.find(({ name }) => name?.text === expression.getText())
    return values.filter((_, index) => called?.parameters[index]?.name.getText() === 'status')
  })
  const given = [...members.map(({ initializer }) => initializer), ...values]
  return given.filter(ts.isNumericLiteral).map(({ text }) => Number(text))
}
