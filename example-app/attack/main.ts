import { demo } from '../demo.js'
import { StartFailure } from '../start-failure.js'
import { attack } from './attack.js'
import { report } from './report.js'
import { loopbackTarget } from './target.js'

try {
  const { PORT = '', CLIENT_ID, CLIENT_SECRET } = process.env
  const target = await loopbackTarget(process.argv[2] ?? `http://127.0.0.1:${PORT || '3000'}`)
  const client = { id: CLIENT_ID || demo.site.id, secret: CLIENT_SECRET || demo.site.secret }
  console.log(
    `Attacking ${target} for about half a minute. Watch it happen at the operator's desk, whose URL the app has printed.\n`,
  )
  const result = await attack(target, client, process.stderr)
  const { text, isHeld } = report(result)
  console.log(text)
  process.exitCode = isHeld ? 0 : 1
} catch (error) {
  console.error(error instanceof StartFailure ? error.message : error)
  process.exitCode = 1
}
