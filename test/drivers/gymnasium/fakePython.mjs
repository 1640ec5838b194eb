/** Speaks the protocol of the Python program without Python, and breaks it in one way, which the id of the environment names. */
import { createReadStream, writeSync } from 'node:fs'

// node, this file, -u -X faulthandler -c program id modules settings
const flaw = process.argv[7]

const sendBytes = (bytes) => {
  if (flaw !== 'in pieces') return void writeSync(4, bytes)
  for (const byte of bytes) writeSync(4, Buffer.of(byte))
}
const frame = (kind, body, length = body.length) => {
  const header = Buffer.alloc(8)
  header.writeUInt32LE(length, 0)
  header.writeUInt32LE(kind, 4)
  return Buffer.concat([header, body])
}
const send = (kind, body) => sendBytes(frame(kind, body))
const json = (value) => Buffer.from(JSON.stringify(value))

const space = (size, floats) => ({ low: Array(size).fill('-inf'), high: Array(size).fill(1), floats })
const description = {
  observation: space(2, flaw === 'float32' ? 32 : 64),
  action: space(1, 64),
  stepSeconds: flaw === 'no time' ? 0 : 0.5,
  stepLimit: null,
  gymnasium: '1.2.3',
}
if (flaw !== 'unbounded') description.action.low = [-1]
if (flaw === 'no bounds') description.action.high = []
if (flaw === 'unequal bounds') description.action.high = [1, 1]

const refusals = {
  absent: { why: 'absent', text: "No module named 'gymnasium'" },
  'no such environment': { why: 'make', text: 'NameNotFound: it does not exist' },
  'another space': { why: 'space', text: 'the space of its actions is Discrete(2)' },
  'a refusal of no kind': { why: 'mood' },
}

const step = (count, values) => {
  const floats = flaw === 'float32' ? 4 : 8
  const body = Buffer.alloc(16 + values.length * floats)
  body.writeDoubleLE(flaw === 'a reward of infinity' && count === 3 ? Infinity : count, 0)
  body[8] = Number(count === 5)
  body[9] = Number(count === 5)
  for (const [i, value] of values.entries()) {
    if (floats === 4) body.writeFloatLE(value, 16 + 4 * i)
    else body.writeDoubleLE(value, 16 + 8 * i)
  }
  return body
}

let count = 0
let requests = 0
const onRequest = (kind, body) => {
  if (kind === 2) process.exit(0)
  count = kind === 0 ? 0 : count + 1
  const shown = kind === 0 ? body.readDoubleLE(0) : body.readDoubleLE(0) * 10
  const third = count === 3
  requests += 1
  // The 25th step of the run: four episodes of six steps, and the first action of the fifth.
  const late = requests === 26
  const values = [count, shown]
  if ((third && flaw === 'crash') || (late && flaw === 'crash late')) {
    process.stderr.write('Traceback (most recent call last):\n  File "x.py", line 3\n    x()\nValueError: no legs\n\n')
    process.exit(7)
  }
  if (third && flaw === 'silent exit') process.exit(0)
  if ((third && flaw === 'killed') || (late && flaw === 'killed late')) return process.kill(process.pid, 'SIGKILL')
  if (third && flaw === 'hang') return
  if (third && flaw === 'NaN') values[1] = NaN
  if (third && flaw === 'too much') values.push(1)
  if (third && flaw === 'too little') values.pop()
  const reply = step(count, values)
  if (third && flaw === 'half a reply') {
    sendBytes(frame(1, reply).subarray(0, 20))
    process.exit(1)
  }
  if (third && flaw === 'half a reply, and a hang') return sendBytes(frame(1, reply).subarray(0, 20))
  if (third && flaw === 'an endless reply') return sendBytes(frame(1, Buffer.alloc(0), 0xfffffff0))
  if (third && flaw === 'another kind') return send(9, reply)
  if (third && flaw === 'two replies') return sendBytes(Buffer.concat([frame(1, reply), frame(1, reply)]))
  const infos = { info: { height: 1.5, far: '-inf' }, 'info of texts': { a: 'b' } }
  const info = infos[flaw] === undefined ? Buffer.alloc(0) : json(infos[flaw])
  send(1, Buffer.concat([reply, info, third && flaw === 'info cut off' ? Buffer.from('{"a":') : Buffer.alloc(0)]))
}

if (flaw === 'loud') {
  process.stdout.write('a line of the environment\n')
  process.stderr.write('a warning of the environment\n')
}
if (flaw === 'crash at the start') {
  process.stderr.write('ImportError: nothing\n')
  process.exit(3)
}
if (refusals[flaw] !== undefined) {
  send(2, json(refusals[flaw]))
  process.exit(1)
}
if (flaw === 'no JSON') send(0, Buffer.from('{'))
else if (flaw !== 'no start') send(0, json(description))

let waiting = Buffer.alloc(0)
createReadStream(null, { fd: 3 })
  .on('data', (piece) => {
    waiting = Buffer.concat([waiting, piece])
    while (waiting.length >= 8 && waiting.length >= 8 + waiting.readUInt32LE(0)) {
      const end = 8 + waiting.readUInt32LE(0)
      onRequest(waiting.readUInt32LE(4), waiting.subarray(8, end))
      waiting = waiting.subarray(end)
    }
  })
  .on('end', () => process.exit(0))
  .on('error', () => process.exit(0))
setInterval(() => {}, 1000)
