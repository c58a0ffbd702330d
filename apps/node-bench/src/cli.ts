#!/usr/bin/env node
// This file connects the command to the process it runs in.
import process from 'node:process';
import { main } from './cli/main.ts';

process.exitCode = await main(process.argv.slice(2), {
  environmentVariables: process.env,
  print: (text) => void process.stdout.write(text),
  note: (text) => void process.stderr.write(text),
});
