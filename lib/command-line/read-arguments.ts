import { parseArgs, type ParseArgsConfig } from 'node:util'
import { UsageError, type Command, type Given } from './command.js'

/** What was typed, as the command takes it. */
export interface Arguments extends Given {
  readonly isForHelp: boolean
  readonly isJson: boolean
}

/** @throws UsageError that names the option. Values are not repeated: one may be a secret in the wrong place. */
export function readArguments(command: Command, typed: readonly string[]): Arguments {
  const { values, positionals, tokens } = parsed(command, typed)
  const [argument, ...others] = positionals
  const isForHelp = values['help'] === true
  if (others.length > 0 || (argument !== undefined && command.argument === undefined)) {
    throw new UsageError(
      `${command.name} takes ${command.argument === undefined ? 'no argument' : 'one argument'} beside its options.`,
    )
  }
  if (argument === undefined && command.argument?.isRequired === true && !isForHelp) {
    throw new UsageError(`${command.name} needs ${command.argument.value}: ${command.argument.meaning}.`)
  }
  const names = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []))
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  if (repeated !== undefined) throw new UsageError(`--${repeated} is given twice: give it once.`)
  const options: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) {
    if (value === '')
      throw new UsageError(`--${name} has an empty value: give ${command.options[name]?.value ?? 'one'}.`)
    if (typeof value === 'string') options[name] = value
  }
  const switches = new Set(Object.keys(command.options).filter((name) => values[name] === true))
  return { options, switches, argument, isForHelp, isJson: values['json'] === true }
}

function parsed(command: Command, typed: readonly string[]) {
  const options: NonNullable<ParseArgsConfig['options']> = {
    help: { type: 'boolean', short: 'h' },
    json: { type: 'boolean' },
  }
  for (const [name, { value }] of Object.entries(command.options)) {
    options[name] = { type: value === undefined ? 'boolean' : 'string' }
  }
  try {
    return parseArgs({ args: [...typed], options, allowPositionals: true, tokens: true })
  } catch (error) {
    const option = /'(?:-\w, )?(--?[\w-]+)/.exec(error instanceof Error ? error.message : '')?.[1]
    if (option === undefined) throw error
    throw new UsageError(faultOf(command, option))
  }
}

function faultOf(command: Command, option: string): string {
  const name = option.replace(/^--?/, '')
  const known = command.options[name]
  if (known?.value !== undefined) return `${option} needs a value: give ${known.value} behind it.`
  if (known !== undefined || name === 'json' || name === 'help') return `${option} takes no value.`
  const all = [...Object.keys(command.options), 'json', 'help'].map((one) => `--${one}`).join(', ')
  const secret = /secret|password/.test(name)
    ? ' A secret is never taken from the command line, which other users of the machine can read.'
    : ''
  return `${command.name} has no option ${option}: its options are ${all}.${secret}`
}
