import type { Command } from './command.js'

export const PROGRAM = 'express-oauth-password-grant'

export function generalHelp(commands: readonly Command[]): string {
  return [
    `Usage: npx ${PROGRAM} COMMAND [OPTIONS]`,
    '',
    ...table(commands.map(({ name, summary }) => [name, summary])),
    '',
    ...table([
      ['--help', 'this text, or that of a command'],
      ['--version', 'the version of the package'],
    ]),
    '',
    'Exit code: 0 where all is well, 1 where what was checked is not, 2 where the command was typed wrong.',
  ].join('\n')
}

export function commandHelp({ name, summary, argument, options, explanation }: Command): string {
  const given = argument === undefined ? '' : ` ${argument.isRequired ? argument.value : `[${argument.value}]`}`
  return [
    `Usage: npx ${PROGRAM} ${name}${given} [OPTIONS]`,
    '',
    `${summary}.`,
    '',
    ...table([
      ...(argument === undefined ? [] : [[argument.value, argument.meaning] as const]),
      ...Object.entries(options).map(
        ([option, { value, meaning }]) => [`--${option}${value === undefined ? '' : ` ${value}`}`, meaning] as const,
      ),
      ['--json', 'prints the result as JSON'],
      ['--help', 'this text'],
    ]),
    '',
    explanation,
  ].join('\n')
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
