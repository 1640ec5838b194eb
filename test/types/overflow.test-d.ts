import { dropping, sliding, suspend } from 'rivulet/operators'
import { type LinkSource, type Sink, type Stamped, fromMqtt, fromUdp, jsonLines, pipe, toUdp } from 'rivulet'
import * as t from 'io-ts'
import { type Observable, of } from 'rxjs'
import { expectTypeOf, test } from 'vitest'

test('the work is told what the source says, in either pipe', () => {
  const inFp = pipe(of(1), sliding(1, { work: (value) => [value.toFixed()] }))
  expectTypeOf(inFp).toEqualTypeOf<Observable<string>>()
  const inRx = of('a').pipe(dropping(2, { work: async (value) => value.length }))
  expectTypeOf(inRx).toEqualTypeOf<Observable<number>>()
})

test('suspend takes what can be asked, and no observable', () => {
  const lines = jsonLines('a', { codec: t.type({ warmth: t.number }) })
  const worked = pipe(lines, suspend({ work: ({ warmth }) => [warmth] }))
  expectTypeOf(worked).toEqualTypeOf<Observable<number>>()
  // @ts-expect-error: nothing can be asked of an observable
  pipe(of(1), suspend({ work: (value: number) => [value] }))
})

test('a source says what its codec does', () => {
  const codec = t.type({ warmth: t.number })
  expectTypeOf(fromMqtt('mqtt://a', { topic: 'b', codec })).toEqualTypeOf<LinkSource<{ warmth: number }>>()
  expectTypeOf(fromMqtt('mqtt://a', { topic: 'b', codec, retained: 'use' })).toEqualTypeOf<
    LinkSource<Stamped<{ warmth: number }>>
  >()
  expectTypeOf(fromUdp('udp://a:1', { codec, stamp: ({ warmth }) => warmth })).toEqualTypeOf<
    LinkSource<Stamped<{ warmth: number }>>
  >()
  expectTypeOf(toUdp<number>('udp://a:1')).toEqualTypeOf<Sink<number>>()
})
