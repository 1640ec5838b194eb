import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { renderFailure } from '../../src/edge/decode.js'
import { readEpisodes } from '../../src/runs/episodeRows.js'

const head = 'episode,step,length,return,terminated,seconds\n'
const read = (text: string) => {
  const result = readEpisodes(text)
  return isLeft(result) ? result.left.map(renderFailure) : result.right
}

describe('readEpisodes', () => {
  it('reads every value as it was written', () => {
    expect(read(`${head}1,200,200,-1234.0678901234567,false,0.500\n2,230,30,1e-7,true,1.250\n`)).toEqual([
      { episode: 1, step: 200, length: 200, return: -1234.0678901234567, terminated: false, seconds: 0.5 },
      { episode: 2, step: 230, length: 30, return: 1e-7, terminated: true, seconds: 1.25 },
    ])
  })

  it('reads a file without an episode', () => expect(read(head)).toEqual([]))

  it('leaves out a last line without its end', () => {
    expect(read(`${head}1,200,200,-5,false,0.5\n2,4`)).toHaveLength(1)
    expect(read(`${head}1,200,200,-5,false,0.5\n2,400,200,-5,false,1`)).toHaveLength(1)
  })

  it.each([
    ['', `line 1: expected ${head.trim()}; got ""`],
    ['episode,step\n', `line 1: expected ${head.trim()}; got "episode,step"`],
    [`${head}1,200,200,-5,false\n`, 'line 2: expected 6 values; got "1,200,200,-5,false"'],
    [`${head}\n`, 'line 2: expected 6 values; got ""'],
    [`${head}1,200,200,NaN,false,0\n`, 'line 2: return: expected a finite number; got "NaN"'],
    [`${head}1,200,200,1e999,false,0\n`, 'line 2: return: expected a finite number; got "1e999"'],
    [`${head}1,200,200,,false,0\n`, 'line 2: return: expected a finite number; got ""'],
    [`${head}1,0x10,200,0,false,0\n`, 'line 2: step: expected an integer from 0 to 2^53 - 1; got "0x10"'],
    [`${head}1,200,-1,0,false,0\n`, 'line 2: length: expected a positive integer; got "-1"'],
    [`${head}1,200,200,0,yes,0\n`, 'line 2: terminated: expected true or false; got "yes"'],
    [`${head}1,200,200,0,true,-1\n`, 'line 2: seconds: expected a number >= 0; got "-1"'],
    [`${head}1,200,200,0,true,0\n3,400,200,0,true,0\n`, 'line 3: episode: expected 2; got 3'],
    [`${head}1,200,200,0,true,0\n2,200,200,0,true,0\n`, 'line 3: step: expected a step after 200; got 200'],
  ])('refuses %j by the first wrong line', (text, line) => expect(read(text)).toEqual([line]))
})
