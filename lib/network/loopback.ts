const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Whether a host, as `URL` writes it, can be reached from this machine alone: there http is taken. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname)
}
