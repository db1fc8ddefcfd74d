import type { Grant } from '../grant.js'
import type { EventRequest } from '../event.js'
import type { Settings } from '../options/settings.js'

/** Ends a grant and tells the operator. Answers it if it was living. */
export async function revokeGrant(
  { grants, onEvent }: Pick<Settings, 'grants' | 'onEvent'>,
  id: string,
  request?: EventRequest,
): Promise<Grant | undefined> {
  const grant = await grants?.store.revoke(id)
  if (grant !== undefined) {
    onEvent({ type: 'grant_revoked', subject: grant.subject, clientId: grant.clientId, grantId: grant.id }, request)
  }
  return grant
}
