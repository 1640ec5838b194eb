/**
 * The program that serves an environment of Gymnasium, in Python. It is text of this file, so that it is found in the sources and in the
 * package alike.
 *
 * Frames on descriptors 3 (requests) and 4 (replies), lowest byte first: the length of the body and its kind, 32 bits each, and the body.
 * Requests: 0 reset, a seed as float64; 1 step, the action as floats of its space; 2 the end. Replies: 0 the spaces in JSON; 1 a
 * step: reward as float64, terminated and truncated as a byte each, 6 bytes of nothing, the observation as floats of its space, and `info`
 * in JSON if it has numbers; 2 in JSON, why there is no environment.
 *
 * Standard output and standard error remain the environment's. A failure is Python's own: a traceback and an exit code.
 */
export const pythonProgram = String.raw`
import importlib, json, math, os, select, struct, sys, threading, time, traceback

requests, replies = os.fdopen(3, 'rb'), os.fdopen(4, 'wb')
for descriptor in (3, 4):
    os.set_inheritable(descriptor, False)
ending = False


def send(kind, body):
    replies.write(struct.pack('<II', len(body), kind) + body)
    replies.flush()


def refuse(why, text):
    send(2, json.dumps({'why': why, 'text': text}).encode())
    sys.exit(1)


def read(size):
    body = requests.read(size)
    if len(body) < size:
        raise EOFError
    return body


def end_with_parent():
    # The parent is gone. A step that goes on and on does not keep this process.
    poll = select.poll()
    poll.register(3, 0)
    poll.poll()
    time.sleep(10 if ending else 2)
    os._exit(1)


if hasattr(select, 'poll'):
    threading.Thread(target=end_with_parent, daemon=True).start()

name, modules, settings = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
try:
    import gymnasium
    import numpy
except ImportError as error:
    refuse('absent', str(error))
try:
    for module in modules:
        importlib.import_module(module)
    environment = gymnasium.make(name, **settings)
except Exception as error:
    if not isinstance(error, gymnasium.error.Error):
        traceback.print_exc()
    refuse('make', f'{type(error).__name__}: {error}')


def number(value):
    value = float(value)
    return value if math.isfinite(value) else repr(value)


def described(what, space):
    if not isinstance(space, gymnasium.spaces.Box):
        refuse('space', f'the space of its {what} is {space}')
    if what == 'actions' and not numpy.issubdtype(space.dtype, numpy.floating):
        refuse('space', f'the space of its actions is {space}, of whole numbers')
    low, high = ([number(bound) for bound in bounds.reshape(-1)] for bounds in (space.low, space.high))
    return {'low': low, 'high': high, 'floats': 32 if space.dtype == numpy.float32 else 64}


def float_type(space):
    return '<f4' if space.dtype == numpy.float32 else '<f8'


def seconds():
    pace = getattr(environment.unwrapped, 'dt', None)
    frames = (environment.metadata or {}).get('render_fps')
    for value in (pace, 1 / frames if isinstance(frames, (int, float)) and frames > 0 else None):
        if isinstance(value, (int, float, numpy.number)) and 0 < value < math.inf:
            return float(value)
    return 1.0


observations, actions = environment.observation_space, environment.action_space
limit = environment.spec.max_episode_steps if environment.spec is not None else None
send(0, json.dumps({
    'observation': described('observations', observations),
    'action': described('actions', actions),
    'stepSeconds': seconds(),
    'stepLimit': limit,
    'gymnasium': gymnasium.__version__,
}).encode())
observed, acted = float_type(observations), float_type(actions)
scalars = (bool, int, float, numpy.number, numpy.bool_)


def show(observation, reward, terminated, truncated, info):
    numbers = {str(key): number(value) for key, value in info.items() if isinstance(value, scalars)}
    send(1, b''.join((
        struct.pack('<dBB6x', reward, bool(terminated), bool(truncated)),
        numpy.asarray(observation, observed).tobytes(),
        json.dumps(numbers).encode() if numbers else b'',
    )))


try:
    while True:
        size, kind = struct.unpack('<II', read(8))
        body = read(size)
        if kind == 0:
            observation, info = environment.reset(seed=int(struct.unpack('<d', body)[0]))
            show(observation, 0, False, False, info)
        elif kind == 1:
            action = numpy.frombuffer(body, acted).astype(actions.dtype).reshape(actions.shape)
            show(*environment.step(action))
        else:
            break
except EOFError:
    pass
ending = True
environment.close()
`
