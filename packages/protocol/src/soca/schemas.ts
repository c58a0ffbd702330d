// This file holds the valibot schemas of what Soca's server sends. What they mean is in messages.ts.
import { messageSchema } from '../wire/schemaOf.ts';
import { CONTROL_SHAPES, STEP_SHAPES } from './messages.ts';

export const ReadySchema = messageSchema('type', 'ready', CONTROL_SHAPES.ready);
export const SttReadySchema = messageSchema('type', 'stt.ready', CONTROL_SHAPES['stt.ready']);
export const SttPartialSchema = messageSchema('type', 'stt.partial', CONTROL_SHAPES['stt.partial']);
export const SttFinalSchema = messageSchema('type', 'stt.final', CONTROL_SHAPES['stt.final']);
export const BargeSchema = messageSchema('type', 'barge', CONTROL_SHAPES.barge);
export const ErrorSchema = messageSchema('type', 'error', CONTROL_SHAPES.error);
export const SentenceSchema = messageSchema('stepType', 'sentence', STEP_SHAPES.sentence);
export const FinalAnswerSchema = messageSchema('stepType', 'final_answer', STEP_SHAPES.final_answer);
