// This file finds the parts of the page, once, by id; a missing one is a defect of the page and says so.

/** All parts that code touches. */
export function findElements(page: Document) {
  const find = <Kind extends Element>(id: string, kind: abstract new (...parameters: never[]) => Kind): Kind => {
    const element = page.getElementById(id);
    if (element instanceof kind) return element;
    throw new Error(`The page has no ${kind.name} with the id "${id}".`);
  };
  return {
    callButton: find('call', HTMLButtonElement),
    callLabel: find('call-label', HTMLElement),
    agent: find('agent', HTMLSelectElement),
    muteButton: find('mute', HTMLButtonElement),
    interruptButton: find('interrupt', HTMLButtonElement),
    writing: find('writing', HTMLFormElement),
    text: find('text', HTMLInputElement),
    sendButton: find('send', HTMLButtonElement),
    status: find('status', HTMLElement),
    statusDot: find('status-dot', HTMLElement),
    problem: {
      box: find('problem', HTMLElement),
      text: find('problem-text', HTMLElement),
      code: find('problem-code', HTMLElement),
      retryButton: find('retry', HTMLButtonElement),
    },
    notes: {
      panel: find('notes', HTMLElement),
      recordButton: find('note-record', HTMLButtonElement),
      recordLabel: find('note-record-label', HTMLElement),
      discardButton: find('note-discard', HTMLButtonElement),
      status: find('note-status', HTMLElement),
      writing: find('note-writing', HTMLFormElement),
      text: find('note-text', HTMLInputElement),
      sendButton: find('note-send', HTMLButtonElement),
      exchange: find('note-exchange', HTMLElement),
      heard: find('note-heard', HTMLElement),
      reply: find('note-reply', HTMLElement),
      problem: {
        box: find('note-problem', HTMLElement),
        text: find('note-problem-text', HTMLElement),
        code: find('note-problem-code', HTMLElement),
        retryButton: find('note-again', HTMLButtonElement),
      },
    },
    microphoneMeter: find('microphone-meter', HTMLElement),
    microphoneValue: find('microphone-value', HTMLElement),
    agentMeter: find('agent-meter', HTMLElement),
    agentValue: find('agent-value', HTMLElement),
    timeline: find('timeline', HTMLCanvasElement),
    figures: {
      connect: find('figure-connect', HTMLElement),
      wire: find('figure-wire', HTMLElement),
      ear: find('figure-ear', HTMLElement),
      buffered: find('figure-buffered', HTMLElement),
      underruns: find('figure-underruns', HTMLElement),
      output: find('figure-output', HTMLElement),
      basis: find('figure-basis', HTMLElement),
    },
    options: {
      echoCancellation: find('echo-cancellation', HTMLInputElement),
      noiseSuppression: find('noise-suppression', HTMLInputElement),
      autoGainControl: find('auto-gain-control', HTMLInputElement),
      volume: find('volume', HTMLInputElement),
      volumeValue: find('volume-value', HTMLElement),
      shortcuts: find('shortcuts', HTMLInputElement),
    },
    devices: {
      input: find('input-device', HTMLSelectElement),
      output: find('output-device', HTMLSelectElement),
    },
    log: find('log', HTMLElement),
    logEmpty: find('log-empty', HTMLElement),
    copyLogButton: find('copy-log', HTMLButtonElement),
    clearLogButton: find('clear-log', HTMLButtonElement),
  } as const;
}

export type PageElements = ReturnType<typeof findElements>;
