import ts from 'typescript'
import { nodesIn, parsed } from './source-tree.js'

/** A member of one of the interfaces that make up the options. */
export interface OptionMember {
  /** As the README spells it: `limits.store`, `clients[].id`. */
  readonly name: string
  readonly isRequired: boolean
  /** Where its documentation says ``Default: `…`.``: what stands there. */
  readonly documentedDefault: string | undefined
}

const interfaces = [
  { file: 'lib/options/options.ts', name: 'CommonOptions', prefix: '' },
  { file: 'lib/options/signing-keys.ts', name: 'SigningKeyOptions', prefix: 'signingKeys[].' },
  { file: 'lib/options/options.ts', name: 'ClientStrategies', prefix: 'clientStrategies.' },
  { file: 'lib/options/limits.ts', name: 'LimitsOptions', prefix: 'limits.' },
  { file: 'lib/options/password-checks.ts', name: 'PasswordChecksOptions', prefix: 'passwordChecks.' },
  { file: 'lib/options/options.ts', name: 'RefreshTokenOptions', prefix: 'refreshTokens.' },
  { file: 'lib/options/second-factor.ts', name: 'SecondFactorOptions', prefix: 'secondFactor.' },
  { file: 'lib/client.ts', name: 'ClientRegistration', prefix: 'clients[].' },
]

export const optionMembers: readonly OptionMember[] = interfaces.flatMap(({ file, name, prefix }) =>
  membersOf(file, name).map((member) => ({ ...member, name: prefix + member.name })),
)

/** The members of an interface, in the order in which they stand there. */
export function membersOf(file: string, interfaceName: string): readonly OptionMember[] {
  const declaration = [...nodesIn(parsed(file))]
    .filter(ts.isInterfaceDeclaration)
    .find(({ name }) => name.text === interfaceName)
  if (declaration === undefined) throw new Error(`${file} declares no interface ${interfaceName}.`)
  return declaration.members.filter(ts.isPropertySignature).map((member) => ({
    name: member.name.getText(),
    isRequired: member.questionToken === undefined,
    documentedDefault: documentedDefault(member),
  }))
}

function documentedDefault(member: ts.PropertySignature): string | undefined {
  const texts = ts.getJSDocCommentsAndTags(member).map((comment) => comment.getText())
  return /Default: `([^`]+)`/.exec(texts.join('\n'))?.[1]
}
