// This file is the command that prints the path of a Chromium that starts, installing one if it must.
import { BrowserMissingError, ensureBrowser } from './browser/ensureBrowser.mjs';
import { thisMachine } from './browser/machine.mjs';

try {
  console.log(ensureBrowser(thisMachine()).path);
} catch (error) {
  if (!(error instanceof BrowserMissingError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
