// This file is the floor of the scale benchmark: nothing but `ws`, sending the same frames on the same schedule. It hears
// nothing, checks nothing and records nothing.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { answerQuestions } from './processAnswers.mjs';
import { PAUSE_SAMPLES, makeAgentLine } from './speech.mjs';

const FRAME_MS = 20;
const FRAME_BYTES = 640;
const line = makeAgentLine();
const speech = new Int16Array(line.length + PAUSE_SAMPLES);
speech.set(line);
const frames = Array.from({ length: speech.length / (FRAME_BYTES / 2) }, (_, i) =>
  Buffer.from(speech.buffer, FRAME_BYTES * i, FRAME_BYTES),
);
let framesIn = 0;
const server = createServer((_request, response) => {
  response.end(JSON.stringify({ token: 'any', ws_url: `ws://127.0.0.1:${server.address().port}/` }));
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  let timer;
  const speak = () => {
    let frame = 0;
    const startMs = performance.now();
    const send = () => {
      for (; startMs + FRAME_MS * frame <= performance.now(); frame++) socket.send(frames[frame % frames.length]);
      timer = setTimeout(send, startMs + FRAME_MS * frame - performance.now());
    };
    send();
  };
  socket.on('message', (_bytes, isBinary) => {
    if (isBinary) {
      framesIn += 1;
      return;
    }
    socket.send('{"type":"agent_ready"}');
    speak();
  });
  socket.on('close', () => clearTimeout(timer));
});
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}/`;
  answerQuestions({ apiKey: 'any', tokenUrl: url }, { count: () => ({ framesIn }), close: () => server.close() });
});
