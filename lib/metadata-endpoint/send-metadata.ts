import { sendDocument } from '../endpoint/send-document.js'
import type { Step } from '../endpoint/endpoint.js'
import { publicDocument, type PublicDocument } from '../endpoint/public-document.js'
import type { Settings } from '../options/settings.js'
import { serverMetadata } from './server-metadata.js'

/** Seconds. */
const MAX_AGE = 300

/** Whoever asks chooses the path, where that has a parameter or no one case. */
const MAX_MOUNT_PATHS = 16

/** Answers the metadata, written once for each path at which the middleware is mounted, and again when the keys change. */
export function sendMetadata(settings: Settings, mountPath?: string): Step {
  const { keyRing } = settings
  let { publicKeys } = keyRing
  const written = new Map<string, PublicDocument>()
  const at = (path: string) => {
    const document = publicDocument(serverMetadata(settings, path), MAX_AGE)
    written.set(path, document)
    return document
  }
  at(mountPath ?? '')
  return function sendMetadata(request) {
    if (publicKeys !== keyRing.publicKeys || written.size >= MAX_MOUNT_PATHS) written.clear()
    publicKeys = keyRing.publicKeys
    const path = mountPath ?? request.http.baseUrl
    sendDocument(request, written.get(path) ?? at(path))
  }
}
