// Serves the `app` that a module exports: node serve.mjs ./module.js
const { app } = await import(process.argv[2])
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`)
})
