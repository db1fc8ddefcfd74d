import { grantTypes, type KnownGrantType } from '../grant-types/grant-types.js'
import type { Settings } from './settings.js'

/** The grant types that the server offers with these settings. */
export function offeredGrantTypes(settings: Pick<Settings, 'grants' | 'secondFactor'>): readonly KnownGrantType[] {
  return grantTypes.filter((one) => !('needs' in one) || settings[one.needs] !== undefined)
}
