// This file holds the valibot schemas of what messages of both Amigo surfaces are made of. What they mean is in parts.ts.
import { schemaOf } from '../wire/schemaOf.ts';
import { AGENT_ACTION_SHAPE, ALIGNMENT_SHAPE } from './parts.ts';

export const AlignmentSchema = schemaOf(ALIGNMENT_SHAPE);
export const AgentActionSchema = schemaOf(AGENT_ACTION_SHAPE);
