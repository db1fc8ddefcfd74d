// Lets a program that wants port 3000 have another, and tells which: node --import ./free-port.mjs program.js
import { Server } from 'node:net'

const { listen } = Server.prototype

Server.prototype.listen = function (port) {
  if (port !== 3000) throw new Error(`The program listens at ${port}, and not at 3000.`)
  return listen.call(this, 0, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${this.address().port}`)
  })
}
