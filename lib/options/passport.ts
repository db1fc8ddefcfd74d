import type { PassportInstance } from '../strategies/passport-instance.js'
import { wrong } from './option-kinds.js'

export function passportOption(passport: PassportInstance | undefined, neededBy: string): PassportInstance {
  if (typeof passport?.authenticate !== 'function') {
    throw wrong('passport', passport, `${neededBy} needs the passport that the strategy is registered on`)
  }
  return passport
}
