import { spawn } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { validate, version } from 'uuid'
import { isUuid, newActionId, newId } from './ids.js'
import { openTasks } from './stop.js'

const STOP = new URL('stop.js', import.meta.url).href

/** Runs a script beside the compiled module; `kill` is called at every line it writes. */
async function run(script: string, kill: (line: string, process: ReturnType<typeof spawn>) => void) {
  const code = `import { stopSignal, openTasks } from ${JSON.stringify(STOP)}\n${script}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.trimEnd().split('\n')) {
      lines.push(line)
      kill(line, child)
    }
  })
  const [exit] = await Promise.all([once(child, 'exit'), once(child.stdout, 'end')])
  return { lines, exit }
}

t.test('asked to stop, a process ends in its own time', async (t) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const { lines, exit } = await run(
      `const stop = stopSignal()
       const busy = setInterval(() => {}, 1000)
       stop.addEventListener('abort', () => { console.log('closing'); clearInterval(busy) })
       console.log('ready')`,
      (line, child) => {
        if (line === 'ready') child.kill(signal)
      },
    )
    t.strictSame({ lines, exit }, { lines: ['ready', 'closing'], exit: [0, null] }, signal)
  }
})

t.test('asked a second time, it ends at once', async (t) => {
  const { lines, exit } = await run(
    `const stop = stopSignal()
     setInterval(() => {}, 1000)
     stop.addEventListener('abort', () => console.log('closing, for ever'))
     console.log('ready')`,
    (_line, child) => child.kill('SIGINT'),
  )
  t.strictSame({ lines, exit }, { lines: ['ready', 'closing, for ever'], exit: [130, null] })
})

t.test('a task that fails is reported by name, stops the others, and the process ends with 1', async (t) => {
  const { lines, exit } = await run(
    `const tasks = openTasks(stopSignal(), (task, error) => console.log(task + ': ' + error.message))
     const busy = setInterval(() => {}, 1000)
     tasks.start('patient', async (signal) => {
       await new Promise((resolve) => signal.addEventListener('abort', resolve))
       console.log('patient stopped')
     })
     tasks.start('short', async () => {})
     tasks.start('uplink', () => { throw new Error('line cut') })
     await tasks.ended()
     clearInterval(busy)
     console.log('all ended')`,
    () => undefined,
  )
  t.strictSame(lines, ['uplink: line cut', 'patient stopped', 'all ended'])
  t.strictSame(exit, [1, null])
})

t.test('tasks that end when asked are no failure', async (t) => {
  const stop = new AbortController()
  const reported: string[] = []
  const tasks = openTasks(stop.signal, (task) => reported.push(task))
  let stopped = false
  tasks.start('patient', async (signal) => {
    await once(signal, 'abort')
    stopped = true
  })
  stop.abort()
  await tasks.ended()
  t.ok(stopped)
  t.ok(tasks.signal.aborted)
  t.strictSame(reported, [])
})

t.test('ids are UUIDs in one spelling; those of check-ins sort by when they were made', async (t) => {
  const actions = Array.from({ length: 1_000 }, newActionId)
  t.strictSame(actions, actions.toSorted())
  t.equal(new Set(actions).size, 1_000)
  t.ok(actions.every((id) => isUuid(id) && validate(id) && version(id) === 7))
  t.ok(isUuid(newId()))
  t.equal(version(newId()), 4)
  for (const text of [
    '',
    newId().toUpperCase(),
    `${newId()}\n`,
    newId().replaceAll('-', ''),
    `{${newId()}}`,
  ]) {
    t.notOk(isUuid(text), text)
  }
})
